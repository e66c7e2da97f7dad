internal import JSON
internal import Sigma

/// A raw record as rules see it: its members by dotted path, and for Kubernetes audit events the fields that rules name
/// and no event has.
///
/// Lent like the value that it reads.
struct RawEvent: SigmaEvent {
    /// A field's name, as looked up.
    ///
    /// A class, since it is taken up for every record, and a copy would be of every part.
    final class Key: Sendable {
        let path: JSONPath
        let audit: AuditField?

        init(_ field: String) {
            path = JSONPath(field)
            audit = AuditField(field)
        }
    }

    let value: JSONValue
    /// Where audit fields are gathered; nil for other logs and for elements of lists.
    let pods: PodFields?

    static func key(for field: String) -> Key { Key(field) }

    func visitValues(of key: Key, _ visit: (FieldValue) -> Void) {
        var own: JSONValue?
        key.path.visit(value) { found in
            own = found
            found.visitScalars(visit)
        }
        guard let field = key.audit, let pods, own == nil || field.isAddition else { return }
        field.visit(value, own, pods, visit)
    }

    func visitTexts(_ visit: (String) -> Void) {
        value.visitScalars { scalar in
            if let text = scalar.text { visit(text) }
        }
    }

    func visitAllValues(_ visit: (FieldValue) -> Void) { value.visitScalars(visit) }

    func visitElements(of key: Key, _ visit: (RawEvent) -> Void) {
        key.path.visit(value) { list in
            for element in list.elements { visit(RawEvent(value: element, pods: nil)) }
        }
    }
}
