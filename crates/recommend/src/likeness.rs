use crate::index::{Index, NONE};
use crate::lists::share;

/// How alike two items would feel next to each other, 0 to 1: an artist in common, the album, a
/// genre, the language and nearness in the plane. The shares are this project's own choice.
pub(crate) fn likeness(index: &Index, a: u32, b: u32) -> f32 {
    let same = |column: &[u32]| {
        let (x, y) = (column[a as usize], column[b as usize]);
        f32::from(u8::from(x != NONE && x == y))
    };
    let flag = |shared: bool| f32::from(u8::from(shared));
    0.45 * flag(share(index.artists.get(a), index.artists.get(b)))
        + 0.15 * same(&index.album)
        + 0.15 * flag(share(index.genres.get(a), index.genres.get(b)))
        + 0.10 * same(&index.language)
        + 0.15 * nearness(index, a, b)
}

/// 1 at the same place of the plane, falling to 0 half the plane's width away.
fn nearness(index: &Index, a: u32, b: u32) -> f32 {
    if !index.has_mood(a) || !index.has_mood(b) {
        return 0.0;
    }
    (1.0 - index.point(a).distance(index.point(b))).max(0.0)
}
