/// Which content types a body may come with.
///
/// The daemon reads a form's body into the query's values, before them, wherever it reads a query; and it takes JSON of
/// any type for services and swarms. Neither is taken here.
package enum ContentTypeRules {
    /// Refuses a body that the daemon may read as something else than what is judged.
    ///
    /// - Parameters:
    ///   - values: those of all `content-type` header fields, in order.
    ///   - isEmpty: whether the request has no body.
    package static func check(_ values: [String], of schema: BodySchema, isEmpty: Bool) throws(ReadingRefusal) {
        guard values.count <= 1 else {
            throw refused("there is more than one; the daemon takes the first, others the last: send one")
        }
        let type = values.first.map { MediaType($0) }
        if !isEmpty, let value = type ?? nil, value.name.hasPrefix("multipart/") || value.isForm {
            throw refused("forms are not taken, since their values come before the query's: put them into the query")
        }
        guard schema.isJSON, !isEmpty else { return }
        guard let value = type ?? nil, value.name == "application/json" else {
            throw refused("a JSON body needs the content type application/json")
        }
    }

    /// The same for an endpoint; Podman's client gives its own API no type, and Podman asks for none.
    package static func check(
        _ values: [String],
        of endpoint: DockerEndpoint,
        isEmpty: Bool
    ) throws(ReadingRefusal) {
        // Without a type, Go's net/http takes no body for a form.
        if endpoint.isLibpod, values.isEmpty { return }
        try check(values, of: endpoint.body, isEmpty: isEmpty)
    }

    /// Whether a body of unknown length may be read as a form; for streamed bodies, which are not looked at.
    package static func checkStream(_ values: [String]) throws(ReadingRefusal) {
        try check(values, of: .stream, isEmpty: false)
    }

    private static func refused(_ message: String) -> ReadingRefusal {
        ReadingRefusal(place: "header content-type", message)
    }
}

/// A media type with its parameters (RFC 9110, section 8.3.1), as Go's `mime.ParseMediaType` takes it.
private struct MediaType {
    /// Type and subtype in lower case.
    let name: String

    var isForm: Bool { name == "application/x-www-form-urlencoded" }

    /// - Returns: nil in place of what Go refuses, but for forms, whose type counts whatever follows.
    init?(_ text: String) {
        let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        name = Self.trimmed(parts[0]).lowercased()
        guard !isForm, !name.hasPrefix("multipart/") else { return }
        let halves = name.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy(Self.isToken) else { return nil }
        guard parts.count < 2 || Self.areParameters(parts[1]) else { return nil }
    }

    private static func areParameters(_ text: Substring) -> Bool {
        var names: Set<String> = []
        var rest = trimmed(text)
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "=" }
            guard isToken(name), names.insert(name.lowercased()).inserted, name.endIndex < rest.endIndex else {
                return false
            }
            guard let behind = behindValue(rest[rest.index(after: name.endIndex)...]) else { return false }
            rest = trimmed(behind)
            guard !rest.isEmpty else { return true }
            guard rest.first == ";" else { return false }
            rest = trimmed(rest.dropFirst())
        }
        return true
    }

    private static func behindValue(_ text: Substring) -> Substring? {
        guard text.first == "\"" else {
            let value = text.prefix { isTokenCharacter($0) }
            return value.isEmpty ? nil : text[value.endIndex...]
        }
        var isEscaped = false
        for index in text.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "\"" {
                return text[text.index(after: index)...]
            }
        }
        return nil
    }

    private static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.allSatisfy(isTokenCharacter)
    }

    private static func isTokenCharacter(_ character: Character) -> Bool {
        guard let byte = character.asciiValue, byte > 32, byte < 127 else { return false }
        return !"()<>@,;:\\\"/[]?=".contains(character)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
