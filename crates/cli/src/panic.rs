//! What a person sees of a fault in Attune itself.

use std::panic::{self, PanicHookInfo};

use attune_app::SCAN_THREAD;

use crate::exit::Told;
use crate::printer::Printer;

/// Replaces the backtrace by one sentence that asks for a report. The thread unwinds as ever, so a
/// server loses one request, not its life.
pub fn report_through(printer: Printer) {
    panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some(SCAN_THREAD) {
            printer.error(&describe(info));
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> Told {
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let what = info.payload_as_str().unwrap_or("no message");
    Told {
        message: format!("attune {} failed at {place}: {what}", env!("CARGO_PKG_VERSION")),
        hint: Some("this is a fault in Attune, not yours: please report the line above and the command that led to it".to_owned()),
    }
}
