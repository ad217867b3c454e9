//! Many short lists of numbers in two flat arrays.

/// A list of numbers for each of `0..len`.
#[derive(Clone, Debug)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { starts: vec![0], values: Vec::new() }
    }
}

impl Lists {
    /// Appends one list; repeated values are kept once.
    pub fn push(&mut self, values: impl IntoIterator<Item = u32>) {
        let start = self.values.len();
        for value in values {
            if !self.values[start..].contains(&value) {
                self.values.push(value);
            }
        }
        self.starts.push(self.values.len() as u32);
    }

    /// The list of `i`.
    pub fn get(&self, i: u32) -> &[u32] {
        let i = i as usize;
        &self.values[self.starts[i] as usize..self.starts[i + 1] as usize]
    }

    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// For each value below `values`, the lists that hold it, ascending.
    pub fn inverted(&self, values: usize) -> Self {
        let mut starts = vec![0u32; values + 1];
        for value in &self.values {
            starts[*value as usize + 1] += 1;
        }
        for v in 0..values {
            starts[v + 1] += starts[v];
        }
        let mut next = starts.clone();
        let mut holders = vec![0u32; self.values.len()];
        for i in 0..self.len() as u32 {
            for value in self.get(i) {
                let slot = &mut next[*value as usize];
                holders[*slot as usize] = i;
                *slot += 1;
            }
        }
        Self { starts, values: holders }
    }
}

/// Whether two short lists share a value.
pub(crate) fn share(a: &[u32], b: &[u32]) -> bool {
    a.iter().any(|x| b.contains(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverting_finds_the_holders() {
        let mut lists = Lists::default();
        lists.push([2, 0, 2]);
        lists.push([]);
        lists.push([2]);
        assert_eq!(lists.get(0), [2, 0]);
        let holders = lists.inverted(3);
        assert_eq!(
            (holders.get(0), holders.get(1), holders.get(2)),
            (&[0][..], &[][..], &[0, 2][..])
        );
    }
}
