/// A file that checks look at, for whoever collects: reading follows links, and what is not there is told, too.
///
/// A path may begin with `~/`, for the home of each user, and may have `*` for any name in a folder; the folder itself is told
/// then as well, so that an empty one is known from one that nobody looked at.
package struct FileRequest: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        /// Kind, owner, permissions, access control list, time of its last change.
        case facts
        /// These and its text, secrets masked.
        case text
        /// These and what the certificates in it say.
        case certificates
    }

    package var path: String
    package var part: Part

    package init(_ path: String, _ part: Part = .facts) {
        self.path = path
        self.part = part
    }
}
