internal import Deployments
internal import JSON

/// Reads the body of `POST /containers/create` (Docker Engine API, ContainerCreate): the one reading of it, for logs and
/// at the gate.
enum ContainerConfigReader {
    static func apply(_ body: GoObject, to record: inout ContainerDeployment) {
        record.defects.formUnion(body.defects)
        record.setImage(body.string("Image"))
        record.process.args = body.strings("Entrypoint") + body.strings("Cmd")
        record.process.environment = Array(body.strings("Env"))
        record.process.workingDirectory = body.string("WorkingDir").flatMap { $0.isEmpty ? nil : $0 }
        record.container.labels = body.map("Labels").map { "\($0.key)=\($0.value.string ?? "")" }
        applyUser(body.string("User"), to: &record.security)
        if let test = body.object("Healthcheck")?.strings("Test"), test.count > 1 {
            record.process.hooks.append(
                test.first == "CMD-SHELL" ? ["sh", "-c"] + test.dropFirst() : Array(test.dropFirst())
            )
        }
        if body.object("NetworkingConfig")?.map("EndpointsConfig").contains(where: { $0.key == "host" }) == true {
            record.host.namespaces.insert(.network)
        }
        // Without HostConfig, engines up to 26.0 take its fields at the top level.
        let host = body.object("HostConfig") ?? body
        record.defects.formUnion(host.defects)
        HostConfigReader.apply(host, to: &record)
    }

    static func applyUser(_ user: String?, to security: inout Security) {
        guard let user, !user.isEmpty else { return }
        security.runAsUser = user
        let name = user.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? user
        // Another name may stand for user 0 in the image's own list of users.
        if name == "0" || name == "root" {
            security.runAsRoot = true
        } else if Int(name) != nil {
            security.runAsRoot = false
        }
    }
}
