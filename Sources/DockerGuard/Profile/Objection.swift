internal import Judge

/// What a part of the profile holds against a request.
struct Objection: Equatable {
    var part: ProfilePart
    /// What opens the part for this request; nil where only the whole does.
    var value: String?
    var place: String
    var message: String
    /// Whether only the value itself opens it, and nothing above it.
    var isOpenedByLetter = false

    var violation: Violation {
        Violation(part: part.rawValue, place: place, message: message, remedy: part.remedy(value))
    }
}

/// Gathers what the profile holds against one request, leaving out what is opened.
struct Objections {
    private(set) var all: [Objection] = []
    /// What no part of the profile opens.
    private(set) var others: [Violation] = []
    let profile: Profile
    let allowances: Allowances

    init(_ profile: Profile, _ allowances: Allowances) {
        self.profile = profile
        self.allowances = allowances
    }

    /// Whether the profile holds requests to that part.
    func holds(_ part: ProfilePart) -> Bool { part.profiles.contains(profile) }

    /// Objects, unless the profile has no such part or the policy has opened it.
    mutating func object(_ part: ProfilePart, _ value: String? = nil, at place: String, _ message: String) {
        if holds(part) { insist(part, value, at: place, message) }
    }

    /// Objects under whatever profile, unless the policy has opened the part.
    mutating func insist(_ part: ProfilePart, _ value: String? = nil, at place: String, _ message: String) {
        guard !allowances.allows(part, value) else { return }
        add(Objection(part: part, value: value, place: place, message: message))
    }

    /// Objects, unless the policy lists that very value: one above it, or the whole part, does not do.
    mutating func insistListed(_ part: ProfilePart, _ value: String, at place: String, _ message: String) {
        guard !allowances.lists(part, value) else { return }
        add(Objection(part: part, value: value, place: place, message: message, isOpenedByLetter: true))
    }

    private mutating func add(_ objection: Objection) {
        guard all.count < Self.limit, !all.contains(objection) else { return }
        all.append(objection)
    }

    /// Refuses whatever the profile.
    mutating func refuse(_ part: String, at place: String, _ message: String, remedy: String) {
        guard others.count < Self.limit else { return }
        others.append(Violation(part: part, place: place, message: message, remedy: remedy))
    }

    /// Everything that is held against the request.
    var violations: [Violation] { others + all.map(\.violation) }

    /// More than anybody reads.
    private static let limit = 64
}
