internal import Dialects

/// Narrows a list to the containers that a client may see to, by filters that say exactly that to the engine.
///
/// A client's own filters stay, and only ever take more away.
struct ScopeFilters {
    let scope: ContainerScope

    /// Why a list cannot be narrowed, and what to do.
    struct Unexpressible: Error, Equatable {
        var message: String
        var remedy: String
    }

    /// The filters of a list of containers, or of what removes those that have ended.
    func filters(
        ofContainers own: QueryFilters,
        takesNames: Bool
    ) throws(Unexpressible) -> QueryFilters {
        var filters = own
        if let label = scope.onlyLabel {
            // Labels are joined by "and".
            filters["label"] = (own["label"] ?? []).union([label])
            return filters
        }
        guard takesNames, let names = scope.onlyNames else { throw Self.tooWide(takesNames ? "names alone, or " : "") }
        guard let wanted = own["name"] else {
            filters["name"] = names
            return filters
        }
        // Names are joined by "or": a client's own are left as they are where each means containers of the scope.
        for expression in wanted where !names.contains(expression) {
            guard let name = ContainerScope.name(meantBy: expression), scope.holds(name: name) else {
                throw Unexpressible(
                    message: "the filter name '\(expression)' may show other containers than the client's",
                    remedy: "leave it out, or write it as ^NAME$ for a name that the client may see to"
                )
            }
        }
        return filters
    }

    /// The filters of events.
    ///
    /// - Parameter joinsLabels: whether the engine shows what has every label that is filtered by, and not any of them.
    func filters(ofEvents own: QueryFilters, joinsLabels: Bool) throws(Unexpressible) -> QueryFilters {
        var filters = own
        guard own["type"]?.contains("container") ?? true else {
            throw Unexpressible(
                message: "events of other types name containers of others",
                remedy: "ask for type container, or for none"
            )
        }
        filters["type"] = ["container"]
        if let label = scope.onlyLabel, !Self.attributes.contains(String(label.prefix { $0 != "=" })) {
            let labels = (own["label"] ?? []).union([label])
            guard joinsLabels || labels.count == 1 else {
                throw Unexpressible(
                    message: "this engine shows events that have any of the labels",
                    remedy: "leave the filter label out"
                )
            }
            filters["label"] = labels
            return filters
        }
        guard let beginning = scope.onlyBeginning else { throw Self.tooWide("one name of the form NAME*, or ") }
        if let wanted = own["container"] {
            guard wanted.allSatisfy({ $0.hasPrefix(beginning) }) else {
                throw Unexpressible(
                    message: "the filter container may show other containers than the client's",
                    remedy: "leave it out, or begin its values with '\(beginning)'"
                )
            }
        } else {
            filters["container"] = [beginning]
        }
        return filters
    }

    private static func tooWide(_ others: String) -> Unexpressible {
        Unexpressible(
            message: "no filter of the engine says which containers the client may see to",
            remedy: "let 'containers' of the policy name them by \(others)one label without '*'"
        )
    }

    /// What an engine says of a container's event in the place where it says its labels, over labels of that name.
    private static let attributes: Set<String> = [
        "comment", "container", "execDuration", "execID", "exitCode", "height", "image", "name", "node.addr", "node.id",
        "node.ip", "node.name", "oldName", "path", "signal", "width",
    ]
}
