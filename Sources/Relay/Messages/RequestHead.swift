/// The head of one HTTP/1.x request, read strictly: what was written, in order, and nothing that could be read in two ways.
///
/// RFC 9112, sections 3 to 6. The relay refuses what it cannot frame for certain before anybody sees the head.
package struct RequestHead: Sendable, Equatable {
    /// The method, as written; methods are case-sensitive.
    package var method: String
    /// The request target, as written (origin form or absolute form), ASCII without blanks.
    package var target: String
    /// The minor version: 0 or 1 of HTTP/1.x.
    package var minorVersion: Int
    /// The header fields in the order they came; names in lower case, values without blanks around them.
    package var fields: [HeaderField]
    /// Whether a body follows, and how it is framed.
    package var framing: BodyFraming

    package init(
        method: String,
        target: String,
        minorVersion: Int = 1,
        fields: [HeaderField] = [],
        framing: BodyFraming = .none
    ) {
        self.method = method
        self.target = target
        self.minorVersion = minorVersion
        self.fields = fields
        self.framing = framing
    }

    /// The values of every field of that name, in order; `name` in lower case.
    package func values(of name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }
}

/// One header field.
package struct HeaderField: Sendable, Equatable {
    /// The name in lower case.
    package var name: String
    /// The value without blanks around it.
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// How the end of a body is told.
package enum BodyFraming: Sendable, Equatable {
    /// No body.
    case none
    /// That many bytes, at least one.
    case length(Int)
    /// Chunks (RFC 9112, section 7.1).
    case chunked
}
