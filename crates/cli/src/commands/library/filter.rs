//! Which items are meant.

use attune_core::{Item, Kind, Language, MoodTag};
use attune_recommend::fold;
use clap::Args;

use crate::args::KindChoice;
use crate::settings::parse;

/// Several words of one filter mean any of them; several filters mean all of them.
#[derive(Args, Debug, Default)]
pub struct FilterArgs {
    /// Only this language, by name or ISO 639-1 code; may be repeated
    #[arg(long, value_name = "LANGUAGE", value_parser = parse::language)]
    language: Vec<Language>,
    /// Only this artist, in any case; may be repeated
    #[arg(long, value_name = "ARTIST")]
    artist: Vec<String>,
    /// Only with this mood tag, such as calm; may be repeated
    #[arg(long, value_name = "TAG", value_parser = parse::tag)]
    tag: Vec<MoodTag>,
    /// Only music or only video
    #[arg(long, value_enum, default_value_t)]
    kind: KindChoice,
}

impl FilterArgs {
    /// The items that pass.
    pub fn pass(&self, items: Vec<Item>) -> Vec<Item> {
        let artists: Vec<String> = self.artist.iter().map(|name| fold(name)).collect();
        let kind = self.kind.kind();
        items.into_iter().filter(|item| self.passes(item, &artists, kind)).collect()
    }

    fn passes(&self, item: &Item, artists: &[String], kind: Option<Kind>) -> bool {
        let any = |asked: usize, met: bool| asked == 0 || met;
        any(self.language.len(), item.language.as_ref().is_some_and(|l| self.language.contains(l)))
            && any(artists.len(), item.artists.iter().any(|name| artists.contains(&fold(name))))
            && any(self.tag.len(), item.tags.iter().any(|tag| self.tag.contains(tag)))
            && kind.is_none_or(|kind| kind == item.kind)
    }
}
