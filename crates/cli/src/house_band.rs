//! Music on first use: where nothing of the listener's own is there to play, the house band composes a
//! programme in the background.

use std::io::{IsTerminal, stderr, stdout};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use attune_app::{AppError, Library};

use crate::env;
use crate::printer::Printer;
use crate::settings::Settings;

/// The server's first page goes first.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked whether to stop meanwhile.
const TICK: Duration = Duration::from_millis(250);
/// The seed of a programme's first track.
const SEED: u64 = 1;

/// Whether nobody forbids it.
pub fn may_play() -> bool {
    !env::read(env::HOUSE_BAND).is_some_and(|word| word.eq_ignore_ascii_case("off"))
}

/// Composes a programme on this thread, after a while, where it is wanted then.
pub async fn play(library: &Library, folder: &Path, stop: &AtomicBool) -> Result<(), AppError> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(TICK);
    }
    if stop.load(Ordering::Relaxed) || !library.wants_band().await? {
        return Ok(());
    }
    library.compose_programme(folder, SEED, stop, &mut |_| {}).await
}

/// Starts a process that composes a programme, where it is wanted and a person sits at the terminal: a
/// script gets no process that outlives its command.
pub async fn send_for(
    library: &Library,
    settings: &Settings,
    printer: Printer,
) -> Result<(), AppError> {
    let seen = stdout().is_terminal() && stderr().is_terminal();
    if seen && may_play() && library.wants_band().await? && begin(settings).is_ok() {
        printer.note(
            "composing two dozen tracks in the background, as there is no music of yours yet \
             (400 MB in the data folder; ATTUNE_HOUSE_BAND=off prevents it)",
        );
    }
    Ok(())
}

/// It goes on when this process ends, and where it is killed the next one goes on from there.
fn begin(settings: &Settings) -> std::io::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--quiet").arg("--data-dir").arg(&settings.data_dir.value);
    command.args(["library", "compose", "--seed", &SEED.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(drop)
}
