//! What is told, in which order, within which bounds.
