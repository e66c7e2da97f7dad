/// Something that Podman's bodies ask for and a Docker create has no word for.
struct Wish: Equatable {
    var part: ProfilePart
    /// What opens the part for it; nil where only the whole does.
    var value: String?
    var place: String
    var message: String
    /// Whether the strict profile alone minds it, though the part is in baseline too.
    var isStrictOnly = false
}

/// A path of the host that Podman itself reads, writes or mounts for a container, as a bind mount would.
struct HostPathUse: Equatable {
    var path: String
    var place: String
}
