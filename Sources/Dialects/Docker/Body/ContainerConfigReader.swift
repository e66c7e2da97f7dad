internal import Deployments
internal import JSON

/// Reads the body of `POST /containers/create` (Docker Engine API, ContainerCreate): the one reading of it, for logs and
/// at the gate.
enum ContainerConfigReader {
    /// - Returns: the other containers that it joins.
    static func apply(_ body: GoObject, to record: inout ContainerDeployment) -> ContainerJoins {
        record.defects.formUnion(body.nestedDefects)
        record.setImage(body.string("Image"))
        applyProcess(body, to: &record)
        if body.object("NetworkingConfig")?.map("EndpointsConfig").contains(where: { $0.key == "host" }) == true {
            record.host.namespaces.insert(.network)
        }
        // Without HostConfig, engines up to 26.0 take its fields at the top level.
        return HostConfigReader.read(body.object("HostConfig") ?? body, to: &record)
    }

    /// The configuration that a commit gives the new image: what it will run, not what it is made of.
    static func applyImageConfig(_ body: GoObject, to record: inout ContainerDeployment) {
        record.defects.formUnion(body.nestedDefects)
        applyProcess(body, to: &record)
    }

    private static let fields: [(StaticString, GoType)] = [
        ("Image", .string), ("Entrypoint", .stringOrStrings), ("Cmd", .stringOrStrings), ("Env", .strings),
        ("WorkingDir", .string), ("Labels", .object), ("User", .string), ("Healthcheck", .object),
        ("HostConfig", .object), ("NetworkingConfig", .object), ("Hostname", .string), ("Tty", .bool),
    ]

    private static func applyProcess(_ body: GoObject, to record: inout ContainerDeployment) {
        record.defects.formUnion(body.typeDefects(of: fields))
        record.process.args = body.strings("Entrypoint")
        record.process.args += body.strings("Cmd")
        record.process.environment = body.strings("Env")
        record.process.workingDirectory = body.string("WorkingDir").flatMap { $0.isEmpty ? nil : $0 }
        record.container.labels = body.assignments("Labels")
        applyUser(body.string("User"), to: &record.security)
        if let test = body.object("Healthcheck")?.strings("Test"), test.count > 1 {
            record.process.hooks.append(
                test.first == "CMD-SHELL" ? ["sh", "-c"] + test.dropFirst() : Array(test.dropFirst())
            )
        }
    }

    static func applyUser(_ user: String?, to security: inout Security) {
        guard let user, !user.isEmpty else { return }
        security.runAsUser = user
        let name = Substring(user.utf8.prefix { $0 != UInt8(ascii: ":") })
        // Another name may stand for user 0 in the image's own list of users.
        if name == "0" || name == "root" {
            security.runAsRoot = true
        } else if Int(name) != nil {
            security.runAsRoot = false
        }
    }
}
