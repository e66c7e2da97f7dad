internal import Deployments
internal import JSON

/// Reads what a patch adds or changes: JSON patches, merge patches, strategic and apply patches.
///
/// Where the answer shows the whole object, a container that the patch touches is told with all that it is then; the
/// others are not told again.
enum PatchReader {
    static func records(
        of patch: JSONValue,
        request: AuditRequest,
        base: ContainerDeployment
    ) -> [ContainerDeployment] {
        let asked =
            patch.isArray ? operations(patch, base) : WorkloadReader.records(of: patch, base: base, isPatch: true)
        guard !asked.isEmpty else { return [] }
        guard let response = request.event.responseObject, response["kind"].map({ $0.string != "Status" }) ?? true
        else {
            return asked.map(changesOnly)
        }
        let whole = WorkloadReader.records(of: response, base: base)
        let names = Set(asked.compactMap(\.container.name))
        // A change of the pod's own fields, or by position in a JSON patch, touches containers that it does not name.
        let isEverywhere = asked.contains { $0.container.name == nil }
        let touched = whole.filter { isEverywhere || names.contains($0.container.name ?? "") }
        return touched.isEmpty ? asked.map(changesOnly) : touched
    }

    private static func changesOnly(_ record: ContainerDeployment) -> ContainerDeployment {
        var record = record
        if record.visibility == .full { record.visibility = .changesOnly }
        return record
    }

    /// Each `add` and `replace` of a JSON patch (RFC 6902) as the piece of an object that it sets.
    private static func operations(_ patch: JSONValue, _ base: ContainerDeployment) -> [ContainerDeployment] {
        var records: [ContainerDeployment] = []
        let parser = JSONParser(maximumBytes: 4 << 20)
        for operation in patch.elements.prefix(256) {
            guard let verb = operation["op"]?.text, verb == "add" || verb == "replace",
                let path = operation["path"]?.string, let value = operation["value"]
            else { continue }
            let text = piece(path.split(separator: "/").map(String.init), value)
            let found = try? parser.withDocument(text) { WorkloadReader.records(of: $0, base: base, isPatch: true) }
            records += found ?? []
        }
        return records
    }

    /// JSON text of an object that holds `value` at `path`; positions in lists become lists of one.
    private static func piece(_ path: [String], _ value: JSONValue) -> String {
        path.prefix(32).reversed().reduce(value.jsonText) { inner, part in
            if part == "-" || part.utf8.allSatisfy({ (48...57).contains($0) }) { return "[\(inner)]" }
            let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
            return "{\(JSONValue.quote(name)):\(inner)}"
        }
    }
}
