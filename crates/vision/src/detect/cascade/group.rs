//! Overlapping windows made into one, as OpenCV's `groupRectangles` does.

/// How far the sides of two boxes may lie apart, in their mean sides.
const EPSILON: f64 = 0.2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// The mean of each class of similar boxes with more than `neighbours` members that does not lie
/// within a class of more, and how many they are.
pub(super) fn group(found: Vec<Rect>, neighbours: usize) -> Vec<(Rect, usize)> {
    let classes = classes(&found);
    let means: Vec<(Rect, usize)> = classes.iter().map(|members| mean(members, &found)).collect();
    let kept = means.iter().enumerate().filter(|(i, (rect, n))| {
        let mut others = means.iter().enumerate().filter(|(j, (_, m))| j != i && *m > neighbours);
        *n > neighbours && !others.any(|(_, (other, m))| is_inside(rect, *n, other, *m))
    });
    kept.map(|(_, mean)| *mean).collect()
}

/// The members of each class: what is similar to one of them is in it.
fn classes(found: &[Rect]) -> Vec<Vec<usize>> {
    let mut free: Vec<usize> = (0..found.len()).collect();
    let mut classes = Vec::new();
    while let Some(first) = free.pop() {
        let (mut members, mut next) = (vec![first], 0);
        while let Some(member) = members.get(next).copied() {
            let (near, far): (Vec<_>, Vec<_>) =
                free.iter().partition(|other| are_similar(&found[member], &found[**other]));
            members.extend(near);
            free = far;
            next += 1;
        }
        classes.push(members);
    }
    classes
}

fn are_similar(a: &Rect, b: &Rect) -> bool {
    let sides = a.width.min(b.width) + a.height.min(b.height);
    let delta = EPSILON * f64::from(sides) * 0.5;
    let near = |a: i32, b: i32| f64::from((a - b).abs()) <= delta;
    near(a.x, b.x)
        && near(a.y, b.y)
        && near(a.x + a.width, b.x + b.width)
        && near(a.y + a.height, b.y + b.height)
}

fn mean(members: &[usize], found: &[Rect]) -> (Rect, usize) {
    let over = |side: fn(&Rect) -> i32| {
        let sum: i64 = members.iter().map(|i| i64::from(side(&found[*i]))).sum();
        (sum as f32 / members.len() as f32).round_ties_even() as i32
    };
    let rect = Rect {
        x: over(|r| r.x),
        y: over(|r| r.y),
        width: over(|r| r.width),
        height: over(|r| r.height),
    };
    (rect, members.len())
}

fn is_inside(rect: &Rect, n: usize, other: &Rect, m: usize) -> bool {
    let slack = |side: i32| (f64::from(side) * EPSILON).round_ties_even() as i32;
    let (dx, dy) = (slack(other.width), slack(other.height));
    rect.x >= other.x - dx
        && rect.y >= other.y - dy
        && rect.x + rect.width <= other.x + other.width + dx
        && rect.y + rect.height <= other.y + other.height + dy
        && (m > n.max(3) || n < 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: i32, side: i32) -> Rect {
        Rect { x, y: 0, width: side, height: side }
    }

    #[test]
    fn few_are_dropped_many_are_averaged_and_the_smaller_inside_goes() {
        let mut found = vec![square(0, 100), square(2, 100), square(4, 100), square(6, 100)];
        assert_eq!(group(found.clone(), 3), [(square(3, 100), 4)]);
        assert_eq!(group(found[..3].to_vec(), 3), []);
        // A chain is one class, though its ends are far from each other.
        assert_eq!(group((0..10).map(|i| square(i * 15, 100)).collect(), 3).len(), 1);
        // Of a class within another of more members nothing stays.
        found.extend((0..5).map(|i| square(i, 100)));
        found.extend([square(30, 40); 4]);
        let kept = group(found, 3);
        assert_eq!((kept.len(), kept[0].1), (1, 9), "{kept:?}");
    }
}
