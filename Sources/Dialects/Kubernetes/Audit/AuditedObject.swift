internal import Deployments
internal import JSON

/// What a create, update or patch asks for, and what stands after it.
struct AuditedObject {
    typealias Found = TemplateSearch.Found

    /// What the request asks for, as it is told.
    private(set) var asked: [Found]
    /// What stands when it was done, as far as the log shows it: that is what later changes are held against.
    ///
    /// What was asked for in whole, and what the answer shows where that differs.
    private(set) var standing: [[Found]]
    /// Whether the log shows all of what stands.
    private(set) var isWhole: Bool

    /// Reads the request; nil when it deploys nothing.
    init?(_ request: AuditRequest, isPatch: Bool) {
        // Server-side apply creates by patch.
        let isCreate = request.isCreate || request.statusCode == 201
        let action: Action =
            request.isPod
            ? (isCreate && !request.isEphemeral ? .podCreate : .podUpdate)
            : (isCreate ? .workloadCreate : .workloadUpdate)
        guard let object = request.event.requestObject else {
            guard request.isPod || ResourceKind.deploys(request.reference) else { return nil }
            self.init(withoutBody: request, action)
            return
        }
        if WorkloadReader.isNoWorkload(object) { return nil }
        let base = request.base(action)
        let isPatch = isPatch && !(isCreate && object.isObject)
        var response: [Found]?
        if let given = request.event.responseObject, isPatch || Self.mayDiffer(given, from: object, request) {
            response = WorkloadReader.found(in: given, base: base, detail: .versions)
        }
        if isPatch {
            self.init(patch: object, base: base, standing: response)
        } else {
            self.init(whole: WorkloadReader.found(in: object, base: base, detail: .versions), standing: response)
        }
        if request.isEphemeral { asked.removeAll { $0.record.container.role != .ephemeral } }
        if asked.isEmpty { return nil }
    }

    /// Whether the answer may show other containers than were asked for; an account and its token do not count.
    private static func mayDiffer(_ given: JSONValue, from asked: JSONValue, _ request: AuditRequest) -> Bool {
        if request.isGrantedAsAsked { return false }
        if request.isPod { return WorkloadProof.proofs(of: given) != WorkloadProof.proofs(of: asked) }
        return given["spec"]?.contentHash != asked["spec"]?.contentHash
    }

    /// Containers of a pod that admission put there or changed: they stand in the answer, and not in what was asked.
    ///
    /// - Parameter proofs: what the containers that were asked for are known by.
    static func admitted(_ request: AuditRequest, asked proofs: [UInt64]) -> [Found] {
        guard let asked = request.event.requestObject, let given = request.event.responseObject else { return [] }
        if request.isGrantedAsAsked { return [] }
        if WorkloadProof.proofs(of: given).allSatisfy(proofs.contains) { return [] }
        let base = request.base(request.isPod ? .podCreate : .workloadCreate)
        let before = WorkloadReader.found(in: asked, base: base, detail: .versions)
        let after = WorkloadReader.found(in: given, base: base, detail: .versions)
        let same = Set(before.map(\.path))
        return landed(before, after).filter { one in
            guard same.contains(one.path), let old = before.first(where: { $0.path == one.path }) else { return true }
            return isChanged(old.record, one.record)
        }
    }

    private init(withoutBody request: AuditRequest, _ action: Action) {
        var base = request.base(action)
        if base.visibility == .full {
            let isMetadata = request.event.level.map { $0 == "Metadata" } ?? false
            base.visibility = isMetadata ? .auditLevelMetadata : .bodyNotLogged
        }
        asked = [Found(record: base)]
        standing = []
        isWhole = false
    }

    private init(patch: JSONValue, base: ContainerDeployment, standing: [Found]?) {
        let patch = PatchReader(patch, base: base)
        let touched = standing.map { patch.touched(of: $0) } ?? []
        asked = touched.isEmpty ? patch.asked.map(Self.changesOnly) : touched
        self.standing = standing.map { [$0] } ?? []
        isWhole = standing != nil
    }

    private init(whole: [Found], standing: [Found]?) {
        asked = Self.landed(whole, standing ?? [])
        self.standing = standing.map { [whole, $0] } ?? [whole]
        isWhole = true
    }

    /// What is asked for as it lands: the server's answer shows containers that were put beside it, or changed, on the
    /// way in (by a mutating webhook).
    ///
    /// Where something that was asked for did not land, both are told: the attempt counts.
    private static func landed(_ asked: [Found], _ standing: [Found]) -> [Found] {
        guard !standing.isEmpty, !asked.isEmpty else { return asked }
        var given: [String: Found] = [:]
        for one in standing { given[one.nameInObject] = one }
        let names = Set(asked.map(\.nameInObject))
        return asked.flatMap { one in
            guard let landed = given[one.nameInObject], isChanged(one.record, landed.record) else { return [one] }
            return keeps(landed.record, one.record) ? [landed] : [one, landed]
        } + standing.filter { !names.contains($0.nameInObject) }
    }

    /// Whether what was asked for and what landed run differently; defaults that were filled in do not count.
    private static func isChanged(_ asked: ContainerDeployment, _ landed: ContainerDeployment) -> Bool {
        asked.container.imageText != landed.container.imageText || asked.process != landed.process
            || asked.security.privileged ?? false != landed.security.privileged ?? false
            || asked.security.capabilitiesAdded != landed.security.capabilitiesAdded
            || asked.host != landed.host
    }

    /// Whether all power and every command that was asked for is among what landed.
    private static func keeps(_ landed: ContainerDeployment, _ asked: ContainerDeployment) -> Bool {
        (asked.security.privileged != true || landed.security.privileged == true)
            && asked.security.capabilitiesAdded.allSatisfy(landed.security.capabilitiesAdded.contains)
            && asked.process.args.allSatisfy(landed.process.args.contains)
            && asked.process.hooks.allSatisfy(landed.process.hooks.contains)
            && asked.host.mounts.allSatisfy(landed.host.mounts.contains)
            && asked.host.devices.allSatisfy(landed.host.devices.contains)
            && asked.host.namespaces.isSubset(of: landed.host.namespaces)
    }

    private static func changesOnly(_ one: Found) -> Found {
        var one = one
        if one.record.visibility == .full { one.record.visibility = .changesOnly }
        return one
    }
}
