internal import Deployments
internal import JSON

/// What a log has told of: which workloads there are, and how their containers stand.
///
/// Bounded. It answers two questions: whether a change changes anything, and whether a pod is one that a controller
/// made of a workload already told, so that it is laid at that workload's door.
struct WorkloadMemory {
    /// Containers as they were last told, by object and content.
    private var versions = KnownWorkloads()
    private var owners = KnownOwners()
    /// What has changed.
    var changes = MemoryChanges()

    /// Parts of the state in ``changes``.
    private enum Part {
        static let version: UInt8 = 3
        static let owner: UInt8 = 4
    }

    /// Takes up a change that ``changes`` told; false for one of another part.
    mutating func recall(_ change: MemoryChanges.Change) -> Bool {
        switch change.part {
        case Part.version: versions.insert(change.key)
        case Part.owner: owners.insert(change.key, change.others)
        default: return false
        }
        return true
    }

    /// Whether it was not known before.
    @discardableResult
    private mutating func insert(version: UInt64) -> Bool {
        guard versions.insert(version) else { return false }
        changes.note(Part.version, version)
        return true
    }

    private mutating func insert(owner: UInt64, _ containers: [UInt64]) {
        if owners.insert(owner, containers) { changes.note(Part.owner, owner, containers) }
    }

    /// Whether the container stood like this already.
    func isKnown(_ one: TemplateSearch.Found) -> Bool {
        one.contentHash != 0 && versions.contains(Self.key(one))
    }

    /// Whether what admission put into a controller's pod was told for another pod of the same owner; it is from now on.
    mutating func noteAdmitted(_ one: TemplateSearch.Found) -> Bool {
        var hash = TextHash()
        hash.combine(one.record.placement.namespace)
        hash.combine(one.record.placement.parentType)
        hash.combine(one.record.placement.parentName)
        hash.combine(one.path)
        hash.combine(one.contentHash)
        return !insert(version: hash.value)
    }

    /// Takes note of an object that now stands.
    mutating func note(_ object: AuditedObject, of request: AuditRequest) {
        for found in object.standing {
            for one in found where one.contentHash != 0 { insert(version: Self.key(one)) }
        }
        let keys = request.ownerKeys
        guard !keys.isEmpty else { return }
        var proofs: [UInt64] = []
        if object.isWhole {
            if let asked = request.event.requestObject { proofs = WorkloadProof.proofs(of: asked) }
            if let given = request.event.responseObject, !request.isGrantedAsAsked {
                proofs += WorkloadProof.proofs(of: given)
            }
            // A log without answers does not show what admission made of the template.
            if request.event.responseObject == nil { proofs = [] }
        }
        for key in keys { insert(owner: key, proofs) }
    }

    /// The containers of what a controller makes of a workload that was told; nil where this is no such request.
    ///
    /// Only the cluster's own controllers are believed, since others may write what owner they like into an object; and
    /// even they only as far as the containers are the workload's own, since their tokens can be stolen.
    mutating func joined(_ request: AuditRequest) -> [UInt64]? {
        guard let controller = WorkloadController(request) else { return nil }
        guard let object = request.event.requestObject ?? request.event.responseObject else {
            guard controller.possibleOwners(of: request).contains(where: { owners.knows($0) }) else { return nil }
            for child in request.ownerKeys { insert(owner: child, []) }
            return []
        }
        guard let metadata = object["metadata"], let owner = WorkloadReader.owner(in: metadata) else { return nil }
        let key = request.key(kind: owner["kind"]?.text, name: owner["name"]?.text)
        let proofs = WorkloadProof.proofs(of: object)
        guard owners.knows(key) else {
            // The owner is older than the log: its first pod is told, and others like it are not told again.
            if request.isLasting, !proofs.isEmpty { insert(owner: key, proofs) }
            return nil
        }
        let children = request.ownerKeys
        // Controllers scale what they made before the log began, and its template may be an older one.
        let isUnchanged = !request.isCreate && children.first.map { owners.proves($0, proofs) } ?? false
        guard isUnchanged || owners.proves(key, proofs) else { return nil }
        for child in children { insert(owner: child, proofs) }
        return proofs
    }

    private static func key(_ one: TemplateSearch.Found) -> UInt64 {
        var hash = TextHash()
        hash.combine(one.record.placement.resourceType)
        hash.combine(one.record.placement.namespace)
        hash.combine(one.record.placement.resourceName)
        hash.combine(one.path)
        hash.combine(one.contentHash)
        return hash.value
    }
}

/// Workloads that may own others, each with the containers that it is known to make.
private struct KnownOwners {
    private var proofs: [UInt64: [UInt64]] = [:]
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity = 65_536
    private let maximumProofs = 32

    func knows(_ key: UInt64) -> Bool { proofs[key] != nil }

    /// Whether all the containers are the owner's; of an owner whose template is unknown any are.
    func proves(_ key: UInt64, _ containers: [UInt64]) -> Bool {
        guard let known = proofs[key], !known.isEmpty else { return true }
        return containers.allSatisfy(known.contains)
    }

    /// - Parameter containers: the owner's containers; none when they are not known.
    /// - Returns: whether that was not known before.
    @discardableResult
    mutating func insert(_ key: UInt64, _ containers: [UInt64]) -> Bool {
        guard let known = proofs[key] else {
            proofs[key] = Array(containers.suffix(maximumProofs))
            remember(key)
            return true
        }
        let all = containers.filter { !known.contains($0) }
        let now = containers.isEmpty || known.isEmpty ? [] : Array((known + all).suffix(maximumProofs))
        guard now != known else { return false }
        proofs[key] = now
        return true
    }

    private mutating func remember(_ key: UInt64) {
        if order.count < capacity {
            order.append(key)
        } else {
            proofs[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % capacity
        }
    }
}

extension WorkloadMemory: Codable {
    private enum CodingKeys: String, CodingKey {
        case versions, owners
    }
}

extension KnownOwners: Codable {
    private enum CodingKeys: String, CodingKey {
        case order, counts, proofs
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        let (capacity, maximumProofs) = (capacity, maximumProofs)
        order = try memory.decode(PackedNumbers.self, forKey: .order) { $0.numbers.count <= capacity }.numbers
        let owners = order.count
        let counts = try memory.decode(PackedNumbers.self, forKey: .counts) { counts in
            counts.numbers.count == owners && counts.numbers.allSatisfy { $0 <= maximumProofs }
        }
        let total = counts.numbers.reduce(0, +)
        var rest = try memory.decode(PackedNumbers.self, forKey: .proofs) { $0.numbers.count == total }.numbers[...]
        for (key, count) in zip(order, counts.numbers) {
            proofs[key] = Array(rest.prefix(Int(count)))
            rest = rest.dropFirst(Int(count))
        }
    }

    func encode(to encoder: any Encoder) throws {
        let keys = PackedNumbers(ring: order, oldest: oldest)
        let found = keys.numbers.map { proofs[$0] ?? [] }
        var memory = encoder.container(keyedBy: CodingKeys.self)
        try memory.encode(keys, forKey: .order)
        try memory.encode(PackedNumbers(found.map { UInt64($0.count) }), forKey: .counts)
        try memory.encode(PackedNumbers(found.flatMap { $0 }), forKey: .proofs)
    }
}

/// What a pod template's containers are known by, whether they stand in a workload, in what a controller makes of it,
/// or in its pods.
enum WorkloadProof {
    /// One number per container: what runs with which rights, without what controllers and the API server add.
    static func proofs(of object: JSONValue) -> [UInt64] {
        guard let pod = podSpec(of: object) else { return [] }
        var rights: UInt64 = 0
        var containers: JSONValue?
        var initContainers: JSONValue?
        for (key, value) in pod.members {
            switch key.count {
            case 7 where key == "hostPID" || key == "hostIPC", 11 where key == "hostNetwork":
                if value.bool == true { rights &+= hash(key, value) }
            case 7 where key == "volumes":
                for volume in value.elements {
                    if let hostPath = volume["hostPath"] { rights &+= hostPath.contentHash }
                }
            case 10 where key == "containers": containers = value
            case 14 where key == "initContainers": initContainers = value
            default: break
            }
        }
        var proofs: [UInt64] = []
        if let containers { append(containers, rights, to: &proofs) }
        if let initContainers { append(initContainers, rights, to: &proofs) }
        return proofs
    }

    private static func append(_ list: JSONValue, _ rights: UInt64, to proofs: inout [UInt64]) {
        var rest = 64
        for container in list.elements {
            guard rest > 0 else { return }
            rest -= 1
            proofs.append(proof(of: container, rights))
        }
    }

    /// The pod template of Kubernetes' own workloads.
    static func podSpec(of object: JSONValue) -> JSONValue? {
        let spec = object["spec"]
        return spec?["template"]?["spec"] ?? spec?["jobTemplate"]?["spec"]?["template"]?["spec"] ?? spec
    }

    private static func proof(of container: JSONValue, _ rights: UInt64) -> UInt64 {
        var sum = rights
        for (key, value) in container.members {
            switch key.count {
            case 4 where key == "name" || key == "args", 5 where key == "image", 7 where key == "command",
                15 where key == "securityContext":
                sum &+= hash(key, value)
            default: break
            }
        }
        return sum
    }

    private static func hash(_ key: JSONText, _ value: JSONValue) -> UInt64 {
        var hash = TextHash()
        hash.combine(key)
        hash.combine(value.contentHash)
        return hash.value
    }
}
