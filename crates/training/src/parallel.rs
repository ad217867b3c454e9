use std::ops::Range;

/// The positions of the `index`th of `parts` nearly equal parts of `len` things.
pub(crate) fn part(len: usize, index: usize, parts: usize) -> Range<usize> {
    len * index / parts..len * (index + 1) / parts
}

/// Runs `job` for 0 to `n - 1`, each on its own thread, and gives the results in order. A panic
/// of a job goes on in the caller.
pub(crate) fn in_parallel<T: Send>(n: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    each_in_parallel(&mut vec![(); n], |i, ()| job(i))
}

/// The same with something of its own for every thread to work on.
pub(crate) fn each_in_parallel<W: Send, T: Send>(
    workers: &mut [W],
    job: impl Fn(usize, &mut W) -> T + Sync,
) -> Vec<T> {
    std::thread::scope(|scope| {
        let job = &job;
        let spawn = |(i, worker)| scope.spawn(move || job(i, worker));
        let threads: Vec<_> = workers.iter_mut().enumerate().map(spawn).collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_everything_once_and_results_keep_their_order() {
        for (len, parts) in [(10, 3), (2, 2), (128, 2), (7, 4), (0, 2)] {
            let all: Vec<usize> =
                in_parallel(parts, |i| part(len, i, parts).collect::<Vec<_>>()).concat();
            assert_eq!(all, (0..len).collect::<Vec<_>>());
        }
    }
}
