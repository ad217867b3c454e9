//! A process killed at any moment loses nothing that it acknowledged and leaves nothing half done.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use attune_core::{EventKind, Kind, NewItem};
use attune_store::{NewEvent, Store};

const LIBRARY: &str = "ATTUNE_KILL_TEST_LIBRARY";
const ROUNDS: u64 = 8;
/// Items an import, so that the kill often falls inside one.
const BATCH: u64 = 900;

/// Not a test of its own: the victim, which imports and appends until it is killed.
#[test]
#[ignore = "run by the test below"]
fn victim() {
    let Some(library) = std::env::var_os(LIBRARY).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&library).await.unwrap();
        let done = store.count().await.unwrap() / BATCH;
        for n in done.. {
            store.import("victim", &batch(n)).await.unwrap();
            acknowledge("items", n);
            let payload = n.into();
            let listener = "me".to_owned();
            let kind = EventKind::Played;
            let event = NewEvent { listener, at_ms: 0, item: None, kind, payload };
            store.append_event(&event).await.unwrap();
            acknowledge("event", n);
        }
    });
}

fn batch(n: u64) -> Vec<NewItem> {
    let title = |i| format!("song {n} {i}");
    (0..BATCH).filter_map(|i| NewItem::new(Kind::Music, &title(i), vec![])).collect()
}

fn acknowledge(what: &str, n: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "done {what} {n}").and_then(|()| out.flush()).unwrap();
}

fn start(library: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["victim", "--exact", "--ignored", "--nocapture"])
        .env(LIBRARY, library)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills the child a moment after it acknowledged `work` things. The last number acknowledged for
/// items and for events, where there was one.
fn kill_and_read(mut child: Child, work: usize, moment: Duration) -> [Option<u64>; 2] {
    let mut last = [None; 2];
    let mut left = work;
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["done", "items", n] => last[0] = n.parse().ok(),
            ["done", "event", n] => last[1] = n.parse().ok(),
            _ => continue,
        }
        left = left.saturating_sub(1);
        if left == 0 {
            std::thread::sleep(moment);
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    last
}

#[tokio::test]
async fn nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("library.sqlite");
    let mut acknowledged = [None; 2];
    for round in 0..ROUNDS {
        let moment = Duration::from_millis(fastrand::u64(0..30));
        let last = kill_and_read(start(&library), fastrand::usize(1..20), moment);
        acknowledged = [last[0].or(acknowledged[0]), last[1].or(acknowledged[1])];
        let store = Store::open(&library).await.unwrap();
        let items = store.count().await.unwrap();
        assert_eq!(items % BATCH, 0, "round {round}: half an import was kept");
        assert!(acknowledged[0] < Some(items / BATCH), "{acknowledged:?}, {items} items");
        let kept: Vec<_> = store.events(0, u32::MAX).await.unwrap();
        let kept = kept.last().and_then(|e| e.event.payload.as_u64());
        assert!(acknowledged[1] <= kept, "{acknowledged:?}, event {kept:?}");
        store.close().await;
    }
}
