// The room's door; see README.
