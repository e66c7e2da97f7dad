internal import JSON

/// What tells the body of one kind of request from another's.
enum BodyShape: Hashable {
    case container, exec, execStart, volume, network, service, swarmJoin, hostConfig, other

    init(_ body: JSONValue) {
        let object = GoObject(body)
        func has(_ names: StaticString...) -> Bool { names.contains { object.has($0) } }
        if has("TaskTemplate") {
            self = .service
        } else if has("RemoteAddrs") {
            self = .swarmJoin
        } else if has("HostConfig", "Image", "NetworkingConfig", "Healthcheck", "ExposedPorts") {
            self = .container
        } else if has("Cmd", "Entrypoint") {
            self = .exec
        } else if has("IPAM", "CheckDuplicate", "EnableIPv6", "Container", "EndpointConfig") {
            self = .network
        } else if has("Binds", "Privileged", "CapAdd", "RestartPolicy", "Memory", "CpuShares", "NetworkMode", "PidMode")
        {
            self = .hostConfig
        } else if has("DriverOpts") || (has("Name") && has("Driver", "Labels")) {
            self = .volume
        } else if has("Detach", "Tty") {
            self = .execStart
        } else {
            self = .other
        }
    }

    /// How well a body of this shape fits a request: 2 for its own shape, 1 for one that it may have, 0 for
    /// another request's.
    func fit(_ request: OpenRequests.Request) -> Int {
        // The daemon writes no other method's body.
        guard request.method == "POST" else { return 0 }
        guard let body = request.route?.body else {
            let path = request.target.prefix { $0 != "?" }
            // Networks, secrets and configurations have names and labels as volumes have.
            if self == .volume { return path.hasSuffix("/create") ? 2 : 0 }
            if self == .network { return path.contains("/networks/") ? 2 : 0 }
            return self == .other ? 1 : 0
        }
        switch (body, self) {
        case (.containerCreate, .container), (.commit, .container), (.execCreate, .exec), (.execStart, .execStart),
            (.volumeCreate, .volume), (.serviceSpec, .service), (.swarmJoin, .swarmJoin),
            (.containerUpdate, .hostConfig), (.containerStart, .hostConfig):
            return 2
        // A create without HostConfig and image has the shape of an exec, or the flat form of old.
        case (.containerCreate, .exec), (.containerCreate, .hostConfig), (.execCreate, .other), (.execStart, .other),
            (.volumeCreate, .other), (.containerUpdate, .other), (.containerCreate, .other), (.commit, .exec),
            (.commit, .other), (.serviceSpec, .other), (.pluginPrivileges, .other), (.swarmJoin, .other),
            (.containerStart, .other), (.execCreate, .container):
            return 1
        default: return 0
        }
    }
}
