//! Every numbered rule of protocol/SPEC.md is cited by a test, and no test cites a rule that is not.

use std::collections::{BTreeMap, BTreeSet};

use super::File;

const SPEC: &str = "protocol/SPEC.md";

pub(super) fn findings(files: &[File]) -> Vec<String> {
    let Some(spec) = files.iter().find(|file| file.path == SPEC) else {
        return vec![format!(
            "{SPEC}: missing: the numbered rules that tests cite"
        )];
    };
    let mut found = Vec::new();
    let mut rules = BTreeMap::new();
    for (number, line) in spec.lines().filter(|(_, line)| line.starts_with("**R-")) {
        let Some(rule) = rules_in(line).into_iter().next() else {
            continue;
        };
        if let Some(first) = rules.insert(rule.clone(), number) {
            found.push(format!(
                "{SPEC}:{number}: {rule} stands at line {first} already"
            ));
        }
    }
    if rules.is_empty() {
        found.push(format!(
            "{SPEC}: has no rules: lines that begin with **R-AREA-1**"
        ));
    }
    let mut cited = BTreeSet::new();
    // The tests of this very rule cite rules of their own.
    let tests = files
        .iter()
        .filter(|file| file.is_test() && !file.path.starts_with("xtask/"));
    for (file, (number, line)) in tests.flat_map(|file| file.lines().map(move |line| (file, line)))
    {
        for rule in rules_in(line) {
            if !rules.contains_key(&rule) {
                found.push(format!(
                    "{}:{number}: {rule} is no rule of {SPEC}",
                    file.path
                ));
            }
            cited.insert(rule);
        }
    }
    let mut uncited: Vec<_> = rules
        .iter()
        .filter(|(rule, _)| !cited.contains(*rule))
        .collect();
    uncited.sort_by_key(|(_, number)| **number);
    for (rule, number) in uncited {
        found.push(format!("{SPEC}:{number}: no test cites {rule}"));
    }
    found
}

/// Every `R-LETTERS-number` in a line.
fn rules_in(line: &str) -> Vec<String> {
    line.match_indices("R-")
        .filter_map(|(at, _)| rule_at(line, at))
        .collect()
}

fn rule_at(line: &str, at: usize) -> Option<String> {
    if line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '-') {
        return None;
    }
    let (area, rest) = line[at + 2..].split_once('-')?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let named = !area.is_empty() && area.chars().all(|c| c.is_ascii_uppercase());
    (named && digits > 0).then(|| format!("R-{area}-{}", &rest[..digits]))
}
