//! Analyses recordings with bliss-audio, one after the other, and prints how long it took.

use std::time::Instant;

use bliss_audio::decoder::Decoder as _;
use bliss_audio::decoder::symphonia::SymphoniaDecoder;

fn main() {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().and_then(|n| n.parse().ok()).expect("how many files");
    let files: Vec<String> = args.collect();
    let (mut seconds, mut music) = (0.0, 0.0);
    for path in files.iter().cycle().take(count) {
        let start = Instant::now();
        let song = SymphoniaDecoder::song_from_path(path).expect("a recording");
        seconds += start.elapsed().as_secs_f64();
        music += song.duration.as_secs_f64();
    }
    println!(
        "{{\"files\":{count},\"seconds_of_music\":{music:.1},\"seconds\":{seconds:.2},\
         \"times_real_time\":{:.1}}}",
        music / seconds
    );
}
