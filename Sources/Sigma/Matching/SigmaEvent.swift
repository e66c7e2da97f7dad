/// Anything that rules can be held against: it answers what the values of a field are.
///
/// ```swift
/// struct Login: SigmaEvent {
///     enum Key { case user, port, other }
///     var user: String
///     var port: Int
///
///     static func key(for field: String) -> Key {
///         switch field {
///         case "user.name": .user
///         case "source.port": .port
///         default: .other
///         }
///     }
///
///     func visitValues(of key: Key, _ visit: (FieldValue) -> Void) {
///         switch key {
///         case .user: visit(.text(user))
///         case .port: visit(.integer(Int64(port)))
///         case .other: break
///         }
///     }
///
///     func visitTexts(_ visit: (String) -> Void) { visit(user) }
/// }
/// ```
public protocol SigmaEvent {
    /// A field's name in a form that is quick to look up.
    associatedtype Key: Sendable

    /// The key of a field as rules name it; called once per field when rules are compiled.
    static func key(for field: String) -> Key

    /// Visits each value of a field: none where it is missing, every member where it is a list.
    func visitValues(of key: Key, _ visit: (FieldValue) -> Void)

    /// Visits every value in the event as text; keywords are searched for in them.
    func visitTexts(_ visit: (String) -> Void)

    /// Visits every value in the event; the same as ``visitTexts(_:)`` without making texts where they are not needed.
    func visitAllValues(_ visit: (FieldValue) -> Void)

    /// Visits each member of a list as an event of its own, for blocks such as `containers[any]`.
    ///
    /// A member that is no object answers for the field `.` with itself.
    func visitElements(of key: Key, _ visit: (Self) -> Void)
}

extension SigmaEvent {
    /// Visits the texts.
    public func visitAllValues(_ visit: (FieldValue) -> Void) { visitTexts { visit(.text($0)) } }

    /// Visits nothing: an event without lists of objects needs no more.
    public func visitElements(of key: Key, _ visit: (Self) -> Void) {}
}

/// A value of a field.
///
/// Valid only while it is visited: `utf8` is lent by the event.
@safe
public enum FieldValue {
    case text(String)
    /// Text as bytes in UTF-8, for events that would have to make a string first.
    case utf8(UnsafeBufferPointer<UInt8>)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    case null

    /// The value as text, the way rules see it; `nil` for null.
    public var text: String? {
        switch self {
        case .text(let text): text
        case .utf8(let bytes): unsafe String(decoding: bytes, as: UTF8.self)
        case .integer(let integer): "\(integer)"
        case .number(let number): NumberText.spelled(number)
        case .boolean(let boolean): boolean ? "true" : "false"
        case .null: nil
        }
    }
}
