//! How many connections each account has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::hub::lock;

/// Accounts that are there, with how many connections each has: no more entries than channels of
/// connections.
#[derive(Debug)]
pub(super) struct Accounts {
    max: usize,
    taken: Mutex<HashMap<Box<str>, usize>>,
}

/// A connection's place among those of its account; given back when dropped.
#[derive(Debug)]
pub(in super::super) struct AccountPlace {
    accounts: Arc<Accounts>,
    account: Box<str>,
}

impl Accounts {
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            taken: Mutex::default(),
        }
    }

    pub(super) fn take(accounts: &Arc<Self>, account: &str) -> Option<AccountPlace> {
        let mut taken = lock(&accounts.taken);
        match taken.get_mut(account) {
            Some(own) if *own >= accounts.max => return None,
            Some(own) => *own += 1,
            None => {
                taken.insert(account.into(), 1);
            }
        }
        drop(taken);
        Some(AccountPlace {
            accounts: Arc::clone(accounts),
            account: account.into(),
        })
    }
}

impl Drop for AccountPlace {
    fn drop(&mut self) {
        let mut taken = lock(&self.accounts.taken);
        if let Some(own) = taken.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_has_as_many_places_as_it_may_and_those_of_another_are_its_own() {
        let accounts = Arc::new(Accounts::new(2));
        let take = |account| Accounts::take(&accounts, account);
        let first = take("ada").unwrap();
        let _second = take("ada").unwrap();
        assert!(take("ada").is_none());
        let bob = take("bob").unwrap();
        drop(first);
        let _again = take("ada").unwrap();
        assert!(take("ada").is_none());
        drop(bob);
        let names = lock(&accounts.taken);
        assert_eq!(names.len(), 1, "who has no connections takes no memory");
    }
}
