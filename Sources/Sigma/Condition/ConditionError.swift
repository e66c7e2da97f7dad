/// Why a condition cannot be read, and where in its text.
struct ConditionError: Error, Hashable {
    /// What is wrong.
    var message: String
    /// How many characters into the condition.
    var offset: Int
    /// What to do about it.
    var hint: String?
}
