//! Windows that show no face.

use attune_vision::detect::network::{Candidate, NetworkSearch, Window};
use attune_vision::{FaceCrop, Frame, NetworkDetector};

use super::draw::{Scene, spoil};
use super::faces::{Around, Place, draw};
use crate::augment::between;
use crate::parallel::{in_parallel, part};

/// Pictures without people, and the windows in them that networks took for faces.
pub struct Negatives {
    pictures: Vec<Frame>,
    scenes: Vec<Scene>,
    /// A scene, a window of it, and the surplus with which it was taken for a face.
    mined: Vec<(usize, Window, f32)>,
}

impl Negatives {
    pub fn new(pictures: Vec<Frame>) -> Self {
        let scenes = pictures.iter().cloned().map(Scene::new).collect();
        Self { pictures, scenes, mined: Vec::new() }
    }

    /// Forgets what was mined.
    pub fn forget(&mut self) {
        self.mined.clear();
        self.scenes.truncate(self.pictures.len());
    }

    /// Adds what the detector finds in every picture, turned and scaled anew: at most `most`
    /// windows of each. Gives how many were found.
    pub fn mine(
        &mut self,
        detector: &NetworkDetector,
        most: usize,
        rng: &mut fastrand::Rng,
        threads: usize,
    ) -> usize {
        let seed = rng.u64(..);
        let found = in_parallel(threads, |thread| {
            let mut mined = Vec::new();
            for index in part(self.pictures.len(), thread, threads) {
                let mut rng = fastrand::Rng::with_seed(seed ^ (index as u64) << 20);
                let frame = turned(&self.pictures[index], &mut rng);
                let search = NetworkSearch {
                    least_side: between(&mut rng, 24.0, 40.0),
                    growth: between(&mut rng, 1.15, 1.3),
                    ..NetworkSearch::default()
                };
                let mut detector = detector.clone().search(search);
                let windows: Vec<Candidate> =
                    detector.candidates(&frame).iter().take(most).copied().collect();
                if !windows.is_empty() {
                    mined.push((Scene::new(frame), windows));
                }
            }
            mined
        });
        let before = self.mined.len();
        for (scene, windows) in found.into_iter().flatten() {
            let index = self.scenes.len();
            self.mined.extend(windows.iter().map(|c| (index, c.window, c.surplus)));
            self.scenes.push(scene);
        }
        self.mined.len() - before
    }

    /// One of the mined windows, or any window where there are none; moved by a little.
    pub fn background(&self, size: usize, rng: &mut fastrand::Rng) -> Vec<u8> {
        let (scene, window) = if self.mined.is_empty() || rng.f32() < 0.25 {
            self.anywhere(rng)
        } else {
            let (scene, window, _) = self.mined[rng.usize(..self.mined.len())];
            (&self.scenes[scene], window)
        };
        let side = window.side * between(rng, 0.95, 1.05);
        let [x, y] = [window.x, window.y].map(|v| v + between(rng, -0.05, 0.05) * side);
        let mut pixels = scene.cut(Window { x, y, side }, size);
        if rng.bool() {
            pixels.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
        if rng.f32() < 0.5 {
            let mut picture: Vec<f32> = pixels.iter().map(|p| f32::from(*p)).collect();
            spoil(&mut picture, size, rng);
            return picture.iter().map(|p| p.round().clamp(0.0, 255.0) as u8).collect();
        }
        pixels
    }

    /// A square of background to put behind something.
    pub fn behind(&self, side: usize, rng: &mut fastrand::Rng) -> Vec<u8> {
        let (scene, window) = self.anywhere(rng);
        scene.cut(window, side)
    }

    /// What is not a face though much of one is there, or a square of background pasted on another
    /// as faces are, lest the seams tell.
    pub fn pasted(&self, crop: &FaceCrop, size: usize, rng: &mut fastrand::Rng) -> Vec<u8> {
        let behind = |side: usize, rng: &mut fastrand::Rng| self.around(side, rng);
        if rng.f32() < 0.6 {
            return draw(crop, Place::off(rng), size, rng, behind);
        }
        let Some(crop) = FaceCrop::from_pixels(&self.behind(48, rng)) else {
            return self.background(size, rng);
        };
        let place = Place::around([0.15, 0.15, 0.25, 25.0], rng);
        draw(&crop, place, size, rng, behind)
    }

    /// What lies around a face.
    pub fn around(&self, side: usize, rng: &mut fastrand::Rng) -> Around {
        if rng.f32() < 0.35 {
            return Around::Mirror;
        }
        Around::Background(self.behind(side, rng), between(rng, -1.0, 2.0))
    }

    fn anywhere(&self, rng: &mut fastrand::Rng) -> (&Scene, Window) {
        let scene = &self.scenes[rng.usize(..self.pictures.len())];
        let most = scene.frame.width().min(scene.frame.height()) as f32;
        let side = (20f32.ln() + rng.f32() * (most / 20.0).max(1.0).ln()).exp();
        let within = |length: usize, rng: &mut fastrand::Rng| rng.f32() * (length as f32 - side);
        let x = within(scene.frame.width(), rng);
        let y = within(scene.frame.height(), rng);
        (scene, Window { x, y, side })
    }
}

/// Mirrored, turned by quarters, and of another size.
fn turned(frame: &Frame, rng: &mut fastrand::Rng) -> Frame {
    let scale = between(rng, 0.5, 1.25);
    let [w, h] = [frame.width(), frame.height()].map(|v| (v as f32 * scale) as usize);
    let mut turned = frame.resized(w, h);
    for _ in 0..rng.u8(..4) {
        let (w, h) = (turned.width(), turned.height());
        let pixels = (0..w * h).map(|i| turned.pixels()[(h - 1 - i % h) * w + i / h]).collect();
        turned = Frame::from_luma(h, w, pixels).unwrap_or(turned);
    }
    let (w, h, mirror) = (turned.width(), turned.height(), rng.bool());
    let mut pixels = turned.pixels().to_vec();
    if mirror {
        pixels.chunks_exact_mut(w).for_each(<[u8]>::reverse);
    }
    Frame::from_luma(w, h, pixels).unwrap_or(turned)
}
