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
/// A search for nothing gives it in a few requests where the server follows OpenSubsonic. Where that fails
/// or finds nothing, it is walked album by album. After an error nothing more comes.
pub struct Songs<'a> {
    server: &'a Subsonic,
    at: At,
    seen: HashSet<String>,
}

enum At {
    /// So many songs of the search were met.
    Search(usize),
    /// Among the albums.
    Albums(Albums),
    End,
}

struct Albums {
    /// So many were listed.
    met: usize,
    /// These are still to be looked into.
    left: VecDeque<String>,
    seen: HashSet<String>,
    /// There may be more.
    more: bool,
}

impl Albums {
    fn none_yet() -> Self {
        Self { met: 0, left: VecDeque::new(), seen: HashSet::new(), more: true }
    }

    /// A page of the list; one without a new album is the last.
    fn take(&mut self, listed: &[Value]) {
        self.met += listed.len();
        let before = self.left.len();
        let ids = listed.iter().filter_map(|album| id(album, "id"));
        self.left.extend(ids.filter(|id| self.seen.insert(id.clone())));
        self.more = self.left.len() > before;
    }
}

/// What a step of the walk came to.
enum Step {
    Page(Vec<Song>),
    /// Nothing new; on from here.
    On,
}

impl<'a> Songs<'a> {
    pub(super) fn of(server: &'a Subsonic) -> Self {
        Self { server, at: At::Search(0), seen: HashSet::new() }
    }

    fn page(&mut self) -> Result<Option<Vec<Song>>, SubsonicError> {
        loop {
            let step = match std::mem::replace(&mut self.at, At::End) {
                At::End => return Ok(None),
                At::Search(met) => self.search(met)?,
                At::Albums(albums) => self.albums(albums)?,
            };
            if let Step::Page(songs) = step {
                return Ok(Some(songs));
            }
        }
    }

    /// A page of the search. It may be shorter than was asked for, as some servers have a limit of their
    /// own; so only one without a new song is the last.
    fn search(&mut self, met: usize) -> Result<Step, SubsonicError> {
        let found = match self.server.search(PAGE, &met.to_string()) {
            Err(error) if met == 0 && is_its_own(&error) => Value::Null,
            found => found?,
        };
        let children = children(&found, "searchResult3", "song");
        if children.is_empty() && met == 0 {
            self.at = At::Albums(Albums::none_yet());
            return Ok(Step::On);
        }
        Ok(match fresh(&mut self.seen, children) {
            Some(songs) => {
                let met = met + children.len();
                self.at = if met > MOST { At::End } else { At::Search(met) };
                Step::Page(songs)
            }
            None => Step::On,
        })
    }

    /// The next album, or the next page of the list of albums.
    fn albums(&mut self, mut albums: Albums) -> Result<Step, SubsonicError> {
        let Some(album) = albums.left.pop_front() else {
            if albums.more && albums.met <= MOST {
                let response = self.server.albums(PAGE, &albums.met.to_string())?;
                albums.take(children(&response, "albumList2", "album"));
                self.at = At::Albums(albums);
            }
            return Ok(Step::On);
        };
        let response = match self.server.album(&album) {
            // Removed meanwhile.
            Err(SubsonicError::Gone { .. }) => Value::Null,
            response => response?,
        };
        self.at = At::Albums(albums);
        let songs = fresh(&mut self.seen, children(&response, "album", "song"));
        Ok(songs.map_or(Step::On, Step::Page))
    }
}

impl Iterator for Songs<'_> {
    type Item = Result<Vec<Song>, SubsonicError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.page().transpose()
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
    let known = seen.len();
    let new = children.iter().filter(|child| id(child, "id").is_some_and(|id| seen.insert(id)));
    let songs: Vec<Song> = new.filter_map(Song::read).collect();
    (seen.len() > known).then_some(songs)
}
