//! Tests of the own_state.
