//! `attune serve`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use attune_app::{AppError, Library, band_folder};
use attune_server::{ListenConfig, ModelFile, Places, ServeError, Served, Server, Work};
use clap::Args;

use crate::context::{block_on, model};
use crate::exit::{ExitStatus, Failure};
use crate::house_band;
use crate::printer::Printer;
use crate::settings::{Settings, parse};

#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Address and port, by default 127.0.0.1:8787; port 0 takes a free one
    #[arg(long, value_name = "ADDR", value_parser = parse::address)]
    listen: Option<SocketAddr>,
    /// Folder below which music folders may be chosen in the app, by default your home folder; may
    /// be given several times
    #[arg(long, value_name = "DIR")]
    browse: Vec<PathBuf>,
}

pub fn run(args: &ServeArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let listen = ListenConfig { address: args.listen.unwrap_or(settings.listen.value) };
    let model = ModelFile::new(model(settings)?);
    let data_dir = &settings.data_dir.value;
    let places = Places { browse: browse(&args.browse), data_dir: Some(data_dir.clone()) };
    block_on(serve(listen, model, data_dir, places, printer))?;
    Ok(ExitStatus::Done)
}

/// Where music may be looked for: as told, else at home.
fn browse(told: &[PathBuf]) -> Vec<PathBuf> {
    match told {
        [] => std::env::home_dir().into_iter().collect(),
        told => told.to_vec(),
    }
}

async fn serve(
    listen: ListenConfig,
    model: ModelFile,
    data_dir: &Path,
    places: Places,
    printer: Printer,
) -> Result<(), Failure> {
    let library = Arc::new(Library::open(data_dir).await?);
    let work = Work::default();
    let scans = work.clone();
    let follow = async move |library: &Library, stop: &AtomicBool| {
        let mut scanning = |folder: &str, far| scans.scanning(folder, far);
        let mut told = |folder: &str, report: &_| scans.scanned(folder, report);
        library.follow_with(stop, &mut scanning, &mut told).await
    };
    let _following = Background::begin("folders are not followed", data_dir, printer, follow);
    let servers = work.clone();
    let attend = async move |library: &Library, stop: &AtomicBool| {
        let mut told = |connection: i64, news| servers.serving(connection, news);
        library.follow_servers(stop, &mut told).await
    };
    let _attending = Background::begin("music servers are not followed", data_dir, printer, attend);
    let folder = band_folder(data_dir);
    let _band = house_band::may_play().then(|| {
        let play = async move |library: &Library, stop: &AtomicBool| {
            house_band::play(library, &folder, stop).await
        };
        Background::begin("no music is composed", data_dir, printer, play)
    });
    let served = Served { library: Arc::clone(&library), model, work, places };
    let server = Server::bind(listen, served).await?;
    greet(&server, printer)?;
    let ended = server.run().await;
    library.close().await;
    ended.map_err(Failure::from)
}

/// A thread that works on the library until this is dropped.
struct Background {
    stop: Arc<AtomicBool>,
}

impl Background {
    /// `fault` says what is missing where the work fails.
    fn begin(
        fault: &'static str,
        data_dir: &Path,
        printer: Printer,
        work: impl AsyncFnOnce(&Library, &AtomicBool) -> Result<(), AppError> + Send + 'static,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (flag, data_dir) = (Arc::clone(&stop), data_dir.to_owned());
        std::thread::spawn(move || {
            // Its own library: the work would hold up the thread that answers requests.
            let worked = block_on(async {
                let library = Library::open(&data_dir).await?;
                let ended = work(&library, &flag).await;
                library.close().await;
                Ok(ended?)
            });
            if let Err(Failure::Told(told)) = worked {
                printer.warning(&format!("{fault}: {}", told.message));
            }
        });
        Self { stop }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The address on stdout, as it may have been chosen by the system, and the code that the first account
/// takes.
fn greet(server: &Server, printer: Printer) -> Result<(), Failure> {
    let address = server.address();
    printer.data(&format!("Attune is at http://{address}\n"))?;
    if let Some(code) = server.setup_code() {
        printer.data(&format!("The setup code for the first account is {code}\n"))?;
    }
    printer.advice("Open it in a browser on this machine; Ctrl-C ends it.");
    if !address.ip().to_canonical().is_loopback() {
        printer.warning(
            "other machines can reach this address; whoever has an account can sign in there. \
             Browsers give the camera to pages on other machines only over https",
        );
    }
    Ok(())
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        Self::told(error.to_string(), error.hint())
    }
}
