use crate::index::{Index, NONE};
use crate::request::Caps;

/// How soon an artist or album may return, in lists and on journeys.
pub(crate) struct Spacing<'a> {
    index: &'a Index,
    caps: Caps,
    /// Artists whom the request names: they may return as often as they like, and where there are any, so
    /// may albums.
    free_artists: &'a [bool],
}

impl<'a> Spacing<'a> {
    pub fn new(index: &'a Index, caps: Caps, free_artists: &'a [bool]) -> Self {
        let (per_artist, per_album) = (caps.per_artist.max(1), caps.per_album.max(1));
        Self { index, caps: Caps { per_artist, per_album, ..caps }, free_artists }
    }

    /// Whether an item may follow those before it, the latest first.
    pub fn admits(&self, item: u32, before: impl Iterator<Item = u32> + Clone) -> bool {
        let (index, caps) = (self.index, &self.caps);
        let stretch = || before.clone().take(caps.window.saturating_sub(1));
        let album = index.album[item as usize];
        let in_album = || stretch().filter(|p| index.album[*p as usize] == album).count();
        let any_album = album == NONE || !self.free_artists.is_empty();
        let artist_fits = |artist: &u32| {
            self.free_artists.get(*artist as usize) == Some(&true)
                || stretch().filter(|p| index.artists.get(*p).contains(artist)).count()
                    < caps.per_artist
        };
        (any_album || in_album() < caps.per_album)
            && index.artists.get(item).iter().all(artist_fits)
    }
}
