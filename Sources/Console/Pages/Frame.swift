/// What all pages have around their view.
struct Frame<View: Sendable>: Sendable {
    var title: String
    var sections: [SectionLink]
    /// What a form sends to show that it is one of ours.
    var token: String
    var view: View

    init(title: String, section: Section, token: String, view: View) {
        self.title = title
        self.token = token
        self.view = view
        sections = Section.shown.map { SectionLink(path: $0.path, name: $0.rawValue, isCurrent: $0 == section) }
    }
}

/// The parts of the console.
enum Section: String, Sendable {
    case overview = "Overview"
    case findings = "Findings"
    case deployments = "Deployments"
    case rules = "Rules"
    case none = ""

    static let shown: [Section] = [.overview, .findings, .deployments, .rules]

    var path: String {
        switch self {
        case .overview, .none: "/"
        case .findings: "/findings"
        case .deployments: "/deployments"
        case .rules: "/rules"
        }
    }
}

struct SectionLink: Sendable {
    var path: String
    var name: String
    var isCurrent: Bool
}
