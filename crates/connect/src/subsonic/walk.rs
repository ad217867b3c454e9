use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use super::client::Subsonic;
use super::error::SubsonicError;
use super::lenient::{id, list};
use super::songs::Song;

/// Songs and albums that are asked for at once.
const PAGE: usize = 500;
/// No library is larger.
const MOST: usize = 5_000_000;

/// A server's whole catalogue, a page at a time, each song once.
///
/// A search for nothing gives it in a few requests where the server follows OpenSubsonic. Where that fails or finds
/// nothing, it is walked album by album. After an error nothing more comes.
pub struct Songs<'a> {
    server: &'a Subsonic,
    at: At,
    seen: HashSet<String>,
}

enum At {
    /// So many songs of the search were met.
    Search(usize),
    /// So many albums were met, and these are still to be looked into; whether there may be more.
    Albums {
        met: usize,
        left: VecDeque<String>,
        more: bool,
    },
    End,
}

impl<'a> Songs<'a> {
    pub(super) fn of(server: &'a Subsonic) -> Self {
        Self { server, at: At::Search(0), seen: HashSet::new() }
    }

    fn page(&mut self) -> Result<Option<Vec<Song>>, SubsonicError> {
        loop {
            match &mut self.at {
                At::End => return Ok(None),
                At::Search(met) => {
                    let (begun, offset) = (*met > 0, met.to_string());
                    let found = self.server.search(PAGE, &offset);
                    let children = match &found {
                        Ok(response) => children(response, "searchResult3", "song"),
                        Err(error) if !begun && is_its_own(error) => &[],
                        Err(error) => return Err(error.clone()),
                    };
                    if children.is_empty() {
                        self.at = match begun {
                            true => At::End,
                            false => At::Albums { met: 0, left: VecDeque::new(), more: true },
                        };
                        continue;
                    }
                    // A page may be shorter than was asked for: some servers have a limit of their own.
                    *met += children.len();
                    if *met > MOST {
                        self.at = At::End;
                    }
                    if let Some(songs) = fresh(&mut self.seen, children) {
                        return Ok(Some(songs));
                    }
                    // The same again: it does not look at offsets.
                    self.at = At::End;
                }
                At::Albums { met, left, more } => {
                    if let Some(album) = left.pop_front() {
                        let response = match self.server.album(&album) {
                            Ok(response) => response,
                            // Removed meanwhile.
                            Err(SubsonicError::Gone { .. }) => continue,
                            Err(error) => return Err(error),
                        };
                        let songs = fresh(&mut self.seen, children(&response, "album", "song"));
                        if songs.is_some() {
                            return Ok(songs);
                        }
                        continue;
                    }
                    if !*more || *met > MOST {
                        self.at = At::End;
                        continue;
                    }
                    let response = self.server.albums(PAGE, &met.to_string())?;
                    let albums = children(&response, "albumList2", "album");
                    *more = albums.len() == PAGE;
                    *met += albums.len();
                    left.extend(albums.iter().filter_map(|album| id(album, "id")));
                }
            }
        }
    }
}

impl Iterator for Songs<'_> {
    type Item = Result<Vec<Song>, SubsonicError>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = self.page();
        if page.is_err() {
            self.at = At::End;
        }
        page.transpose()
    }
}

/// Whether the server answered and did not want this request.
fn is_its_own(error: &SubsonicError) -> bool {
    matches!(
        error,
        SubsonicError::Said { .. } | SubsonicError::Gone { .. } | SubsonicError::NoTokens { .. }
    )
}

fn children<'a>(response: &'a Value, outer: &str, inner: &str) -> &'a [Value] {
    response.get(outer).map_or(&[], |found| list(found, inner))
}

/// The songs that were not met before; `None` where nothing was new at all.
fn fresh(seen: &mut HashSet<String>, children: &[Value]) -> Option<Vec<Song>> {
    let mut new = false;
    let mut songs = Vec::with_capacity(children.len());
    for child in children {
        let Some(id) = id(child, "id") else { continue };
        if seen.insert(id) {
            new = true;
            songs.extend(Song::read(child));
        }
    }
    new.then_some(songs)
}
