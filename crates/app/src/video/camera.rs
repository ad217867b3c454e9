//! Cameras through Video4Linux.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(target_os = "linux", test))]
mod pixels;

use super::{Video, VideoError, VideoOptions};

#[cfg(target_os = "linux")]
pub(super) use linux::open;

#[cfg(not(target_os = "linux"))]
pub(super) fn open(_: u32, _: VideoOptions) -> Result<Box<dyn Video>, VideoError> {
    Err(VideoError::NoCamerasHere)
}
