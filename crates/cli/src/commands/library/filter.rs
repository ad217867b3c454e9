//! Which items are meant.

use attune_app::{AppError, LISTENER, Library};
use attune_core::{Item, Kind, Language, Mood, MoodRegion, MoodTag};
use attune_recommend::fold;
use clap::Args;

use crate::args::KindChoice;
use crate::settings::parse;

/// Several words of one filter mean any of them; several filters mean all of them.
#[derive(Args, Debug)]
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
    /// Only where the mood lies in this region: happy, exuberant, energetic, frantic, anxious-sad,
    /// depressed, calm or content; may be repeated
    #[arg(long, value_name = "REGION")]
    mood: Vec<MoodRegion>,
    /// Only this genre; may be repeated
    #[arg(long, value_name = "GENRE")]
    genre: Vec<String>,
    /// Only of this year or later
    #[arg(long, value_name = "YEAR")]
    since: Option<i16>,
    /// Only of this year or earlier
    #[arg(long, value_name = "YEAR")]
    until: Option<i16>,
    /// Only what this playlist names, in its order; `attune library playlists` shows what there is
    #[arg(long, value_name = "NAME")]
    playlist: Option<String>,
    /// Whose corrections of moods hold
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// Only music or only video
    #[arg(long, value_enum, default_value_t)]
    kind: KindChoice,
}

impl FilterArgs {
    /// The library's items that pass.
    pub async fn items(&self, library: &Library) -> Result<Vec<Item>, AppError> {
        let items = match &self.playlist {
            Some(name) => library.playlist(name, &self.listener).await?.items,
            None => library.catalogue_of(&self.listener).await?.items.clone(),
        };
        Ok(self.pass(items))
    }

    fn pass(&self, items: Vec<Item>) -> Vec<Item> {
        let artists: Vec<String> = self.artist.iter().map(|name| fold(name)).collect();
        let kind = self.kind.kind();
        items.into_iter().filter(|item| self.passes(item, &artists, kind)).collect()
    }

    fn passes(&self, item: &Item, artists: &[String], kind: Option<Kind>) -> bool {
        let any = |asked: usize, met: bool| asked == 0 || met;
        any(self.language.len(), item.language.as_ref().is_some_and(|l| self.language.contains(l)))
            && any(artists.len(), item.artists.iter().any(|name| artists.contains(&fold(name))))
            && any(self.tag.len(), item.tags.iter().any(|tag| self.tag.contains(tag)))
            && any(self.mood.len(), item.mood.is_some_and(|mood| self.feels(mood)))
            && any(self.genre.len(), item.genres.iter().any(|genre| self.is_genre(genre)))
            && self.since.is_none_or(|year| item.year.is_some_and(|of| of >= year))
            && self.until.is_none_or(|year| item.year.is_some_and(|of| of <= year))
            && kind.is_none_or(|kind| kind == item.kind)
    }

    fn feels(&self, mood: Mood) -> bool {
        self.mood.contains(&MoodRegion::at(mood.point()))
    }

    fn is_genre(&self, genre: &str) -> bool {
        self.genre.iter().any(|asked| asked.eq_ignore_ascii_case(genre))
    }
}
