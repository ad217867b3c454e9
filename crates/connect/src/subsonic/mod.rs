//! A client of music servers that speak OpenSubsonic: Navidrome, Gonic, Ampache, LMS and others.
//!
//! [`Subsonic`] asks a server over a [`Transport`]; [`Http`] is the one that uses the network, and the only
//! thing in this crate that does. What a server answers is read leniently ([`Song`]): servers differ in
//! what they leave out, send one object where a list belongs, and give numbers as text and text as numbers.
//!
//! The interface is described at <https://opensubsonic.netlify.app/docs/>; version 1.16.1 of Subsonic's own
//! is the floor of what is said, 1.13.0 of what is needed, for passwords before that went over the network.
//!
//! ```no_run
//! use std::sync::Arc;
//! use attune_connect::subsonic::{Credentials, Http, ServerUrl, Subsonic};
//!
//! let address = ServerUrl::parse("https://music.example.org").unwrap();
//! let credentials = Credentials::of_password("maya", "secret", "a random salt");
//! let server = Subsonic::new(Arc::new(Http::new()), address, credentials);
//! println!("{:?}", server.ping());
//! for page in server.songs() {
//!     println!("{} songs", page.unwrap().len());
//! }
//! ```

mod client;
mod credentials;
mod envelope;
mod error;
mod http;
mod lenient;
mod songs;
mod transport;
mod url;
mod walk;

pub use client::{Media, Subsonic};
pub use credentials::Credentials;
pub use envelope::ServerInfo;
pub use error::SubsonicError;
pub use http::Http;
pub use songs::Song;
pub use transport::{Answer, Patience, Request, Transport, TransportError};
pub use url::ServerUrl;
pub use walk::Songs;
