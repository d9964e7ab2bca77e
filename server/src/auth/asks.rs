//! What the application was asked of tokens (`auth_url`), and what it said. The asking itself is the
//! gateway's.
//!
//! A question is a token and a room. Who asks the same waits for the same answer, which is good for some
//! time after.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};

use mote_protocol::time::Instant;
use ring::digest;

use super::answer::Allowed;
use super::error::{AuthError, Reason};
use crate::hub::{Connection, lock};
use crate::limits::{ASK_ANSWERS_MAX, ASKS_UNDER_WAY_MAX, ASKS_WAITING_MAX};

/// A token and a room: only what they come to is kept, so that no memory has a token for longer than
/// it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic([u8; 32]);

impl Question {
    pub(super) fn new(topic: Topic, room: &str, token: &str, account: Option<Box<str>>) -> Self {
        Self {
            topic,
            room: room.into(),
            token: token.into(),
            account,
        }
    }
}

impl Topic {
    pub(super) fn new(room: &str, token: &str) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&(room.len() as u64).to_be_bytes());
        context.update(room.as_bytes());
        context.update(token.as_bytes());
        let mut topic = [0; 32];
        topic.copy_from_slice(context.finish().as_ref());
        Self(topic)
    }
}

/// What the application is to be asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    pub(super) topic: Topic,
    /// Into which room.
    pub room: Box<str>,
    /// With which token.
    pub token: Box<str>,
    /// Whose it is, where a key says so.
    pub account: Option<Box<str>>,
}

/// What it said.
pub type Answer = Result<Allowed, AuthError>;

/// Questions, and the answers to them.
#[derive(Debug, Default)]
pub struct Asks(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    answers: HashMap<Topic, (Answer, Instant)>,
    /// The same by when they end.
    ends: BTreeSet<(Instant, Topic)>,
    /// Those who wait, by what for.
    asking: HashMap<Topic, Vec<Weak<Connection>>>,
    waiting: VecDeque<Question>,
    under_way: usize,
    is_over: bool,
    task: Option<Waker>,
}

impl Asks {
    /// What is known of a question, if anything is.
    pub(super) fn answer(&self, now: Instant, topic: Topic) -> Option<Answer> {
        let state = lock(&self.0);
        let known = state.answers.get(&topic);
        let known = known.filter(|(_, ends_at)| *ends_at > now);
        known.map(|(answer, _)| answer.clone())
    }

    /// Asks, or waits for what is being asked; the connection's task is woken when it is answered.
    pub(super) fn ask(
        &self,
        question: Question,
        connection: &Arc<Connection>,
    ) -> Result<(), AuthError> {
        let mut state = lock(&self.0);
        let waits = Arc::downgrade(connection);
        if let Some(others) = state.asking.get_mut(&question.topic) {
            others.push(waits);
            return Ok(());
        }
        if state.waiting.len() >= ASKS_WAITING_MAX {
            return Err(AuthError::new(
                Reason::AppAway,
                "the application is asked too much at the moment: come again later",
            ));
        }
        state.asking.insert(question.topic, vec![waits]);
        state.waiting.push_back(question);
        state.wake();
        Ok(())
    }

    /// Whether nobody waits for an answer to this any more.
    pub(super) fn is_answered(&self, topic: Topic) -> bool {
        !lock(&self.0).asking.contains_key(&topic)
    }

    /// The next question, when one may be asked. Each is to be answered. None: nobody asks any more.
    pub fn poll_question(&self, cx: &mut Context<'_>) -> Poll<Option<Question>> {
        let mut state = lock(&self.0);
        if state.is_over {
            return Poll::Ready(None);
        }
        if state.under_way < ASKS_UNDER_WAY_MAX
            && let Some(question) = state.waiting.pop_front()
        {
            state.under_way += 1;
            return Poll::Ready(Some(question));
        }
        state.task = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Nobody asks any more.
    pub fn end(&self) {
        let mut state = lock(&self.0);
        state.is_over = true;
        state.wake();
    }

    /// This was answered so, which is good until then.
    pub fn handle_answer(&self, now: Instant, question: &Question, answer: Answer, until: Instant) {
        let mut state = lock(&self.0);
        state.under_way -= 1;
        state.keep(now, question.topic, answer, until);
        let waiting = state.asking.remove(&question.topic).unwrap_or_default();
        state.wake();
        drop(state);
        let waiting = waiting.iter().filter_map(Weak::upgrade);
        waiting.for_each(|connection| connection.want_task());
    }
}

impl State {
    fn keep(&mut self, now: Instant, topic: Topic, answer: Answer, until: Instant) {
        while let Some(&(at, first)) = self.ends.first()
            && (at <= now || self.answers.len() >= ASK_ANSWERS_MAX)
        {
            self.ends.pop_first();
            self.answers.remove(&first);
        }
        if let Some((_, former)) = self.answers.insert(topic, (answer, until)) {
            self.ends.remove(&(former, topic));
        }
        self.ends.insert((until, topic));
    }

    fn wake(&mut self) {
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(hidden)")
    }
}
