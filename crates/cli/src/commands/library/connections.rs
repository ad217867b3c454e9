//! `attune library connect`, `connections`, `sync` and `disconnect`.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use attune_app::{AppError, Connection, HearReport, Library, SignIn, SyncReport, moment};
use clap::Args;
use serde_json::{Value, json};

use crate::args::Format;
use crate::context::with_library;
use crate::env;
use crate::exit::Failure;
use crate::interrupt::stop_on_interrupt;
use crate::printer::Printer;
use crate::progress::ServerBar;
use crate::settings::Settings;
use crate::text::count;

#[derive(Args, Debug)]
pub struct ConnectArgs {
    /// Where the server is, like music.example.org or nas:4533
    address: String,
    /// Who asks there
    #[arg(long, value_name = "NAME", required_unless_present = "api_key_file")]
    user: Option<String>,
    /// File with the password in its first line; else ATTUNE_SERVER_PASSWORD, else it is asked for, or read
    /// from a pipe
    #[arg(long, value_name = "FILE", conflicts_with = "api_key_file")]
    password_file: Option<PathBuf>,
    /// File with an API key in its first line, where the server gives those
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    api_key_file: Option<PathBuf>,
    #[command(flatten)]
    hearing: HearingArgs,
}

/// Shared by what synchronises.
#[derive(Args, Debug)]
struct HearingArgs {
    /// List what the server has and listen to nothing yet; `attune serve` and `attune library sync` do that
    /// later
    #[arg(long)]
    list_only: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args, Debug)]
pub struct SyncArgs {
    /// The connection's number; without one, all of them
    id: Option<i64>,
    #[command(flatten)]
    hearing: HearingArgs,
}

#[derive(Args, Debug)]
pub struct ConnectionsArgs {
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args, Debug)]
pub struct DisconnectArgs {
    /// The connection's number, as `attune library connections` shows it
    id: i64,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Connects, lists what the server has and listens to it.
pub fn connect(args: &ConnectArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let sign_in = sign_in(args)?;
    let stop = stop_on_interrupt()?;
    with_library(settings, async |library| {
        let (connection, info) = library.connect_server(&args.address, &sign_in).await?;
        let program = info.program.as_deref().unwrap_or("a Subsonic server");
        printer.advice(&format!(
            "Connected with {program} at {}. A token is kept, the password is not.",
            connection.address
        ));
        let worked = work(library, connection.id, &args.hearing, &stop, printer).await?;
        tell(&[worked], args.hearing.format, printer)
    })
}

/// Brings the library in step with one server or all.
pub fn sync(args: &SyncArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let stop = stop_on_interrupt()?;
    with_library(settings, async |library| {
        let ids: Vec<i64> = match args.id {
            Some(id) => vec![library.connection(id).await?.id],
            None => library.connections().await?.iter().map(|connection| connection.id).collect(),
        };
        if ids.is_empty() {
            return Err(no_connection());
        }
        let mut worked = Vec::new();
        for id in ids {
            worked.push(work(library, id, &args.hearing, &stop, printer).await?);
        }
        tell(&worked, args.hearing.format, printer)
    })
}

/// Prints `{"connections": [...]}` or a line a connection.
pub fn list(args: &ConnectionsArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let connections = with_library(settings, async |library| Ok(library.connections().await?))?;
    match args.format {
        Format::Json => return printer.json(&json!({ "connections": connections })),
        Format::Text => printer.data(&connections.iter().map(line).collect::<String>())?,
    }
    if connections.is_empty() {
        printer.note("the library is connected to no music server");
        printer.advice("Connect one with: attune library connect ADDRESS --user NAME");
    }
    Ok(())
}

/// Ends a connection.
pub fn disconnect(
    args: &DisconnectArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<(), Failure> {
    let connection = with_library(settings, async |library| {
        let connection = library.connection(args.id).await?;
        library.disconnect(args.id).await?;
        Ok(connection)
    })?;
    match args.format {
        Format::Json => printer.json(&json!({ "disconnected": connection })),
        Format::Text => printer.data(&format!("{}: disconnected\n", connection.address)),
    }
}

/// What was done with one server.
struct Worked {
    connection: Connection,
    sync: SyncReport,
    heard: Option<HearReport>,
}

async fn work(
    library: &Library,
    id: i64,
    args: &HearingArgs,
    stop: &AtomicBool,
    printer: Printer,
) -> Result<Worked, AppError> {
    let bar = ServerBar::new(printer);
    let sync = library.sync_server(id, &mut |far| bar.show(far)).await?;
    let heard = match args.list_only {
        true => None,
        false => Some(library.hear_server(id, stop, &mut |far| bar.show(far)).await?),
    };
    bar.finish();
    Ok(Worked { connection: library.connection(id).await?, sync, heard })
}

fn tell(worked: &[Worked], format: Format, printer: Printer) -> Result<(), Failure> {
    if format == Format::Json {
        let of = |Worked { connection, sync, heard }: &Worked| json!({ "connection": connection, "sync": sync, "heard": heard });
        return printer.json(&json!({ "syncs": worked.iter().map(of).collect::<Vec<Value>>() }));
    }
    for Worked { connection, sync, heard } in worked {
        printer.data(&summary(connection, sync, heard.as_ref()))?;
        sync.notes.iter().for_each(|note| printer.note(note));
        let refused = heard.map_or(0, |heard| heard.refused);
        if refused > 0 {
            let recordings = count(size(refused), "recording");
            printer.note(&format!(
                "{recordings} cannot be decoded here and keep their place without a mood"
            ));
        }
    }
    Ok(())
}

fn summary(connection: &Connection, sync: &SyncReport, heard: Option<&HearReport>) -> String {
    let SyncReport { tracks, added, changed, unchanged, missing, .. } = sync;
    let heard = heard.map_or("none listened to".to_owned(), |h| format!("{} listened to", h.heard));
    format!(
        "{}: {}, {added} items added, {changed} changed, {unchanged} unchanged, {missing} missing; {heard}\n",
        connection.address,
        count(size(*tracks), "track"),
    )
}

/// `1  https://music.example.org as maya: 1,204 tracks, 3 missing, 200 to be listened to; synchronised ...`.
fn line(connection: &Connection) -> String {
    let Connection { id, address, user, tracks, missing, waiting, .. } = connection;
    let who = if user.is_empty() { String::new() } else { format!(" as {user}") };
    let when = connection
        .synced_ms
        .map_or("never synchronised".to_owned(), |ms| format!("synchronised {}", ago(ms)));
    let error = connection.error.as_ref().map(|error| format!("; failed: {error}"));
    let tracks = count(size(tracks.unsigned_abs()), "track");
    format!(
        "{id}  {address}{who}: {tracks}, {missing} missing, {waiting} to be listened to; {when}{}\n",
        error.unwrap_or_default()
    )
}

/// `3 hours ago`, in the largest unit that there is one of.
fn ago(then_ms: i64) -> String {
    let minutes = usize::try_from((moment().now_ms - then_ms) / 60_000).unwrap_or(0);
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{} ago", count(minutes, "minute")),
        60..1_440 => format!("{} ago", count(minutes / 60, "hour")),
        _ => format!("{} ago", count(minutes / 1_440, "day")),
    }
}

fn size(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn no_connection() -> Failure {
    Failure::new(
        "the library is connected to no music server",
        "Connect one with: attune library connect ADDRESS --user NAME",
    )
}

fn sign_in(args: &ConnectArgs) -> Result<SignIn, Failure> {
    if let Some(path) = &args.api_key_file {
        return Ok(SignIn::ApiKey(first_line(path)?));
    }
    let user = args.user.clone().unwrap_or_default();
    let password = match (&args.password_file, env::read(env::SERVER_PASSWORD)) {
        (Some(path), _) => first_line(path)?,
        (None, Some(password)) => password,
        (None, None) => ask(&user)?,
    };
    if password.is_empty() {
        return Err(Failure::new("the password is empty", "Name a file with --password-file."));
    }
    Ok(SignIn::Password { user, password })
}

fn first_line(path: &Path) -> Result<String, Failure> {
    let unreadable = |source| AppError::Unreadable { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Asks on the terminal without showing what is typed; from a pipe the first line is taken.
fn ask(user: &str) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(
            format!("the password cannot be read: {error}"),
            "Name a file with --password-file.",
        )
    };
    if std::io::stdin().is_terminal() {
        let terminal = console::Term::stderr();
        terminal.write_str(&format!("Password of {user}: ")).map_err(unreadable)?;
        return terminal.read_secure_line().map_err(unreadable);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
