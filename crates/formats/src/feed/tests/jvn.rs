//! Records of JVN, written by us.
