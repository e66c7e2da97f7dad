internal import JSON

/// Reads one container's typed form (Kubernetes API, Container v1 core).
///
/// What is not written stays as it is, so that a container can be read over the defaults of its list.
enum PodContainerReader {
    typealias Failure = PodReadingError

    static func read(_ value: JSONValue, into container: inout PodContainer) throws(Failure) {
        let path = container.path
        for (key, member) in try StrictJSON.members(value, path) {
            switch key.count {
            case 4 where key == "name": container.name = try StrictJSON.string(member, "\(path).name") ?? ""
            case 5 where key == "image": container.image = try StrictJSON.string(member, "\(path).image") ?? ""
            case 5 where key == "ports": container.ports = try ports(member, "\(path).ports")
            case 9 where key == "lifecycle":
                for (hook, handler) in try StrictJSON.members(member, "\(path).lifecycle")
                where hook == "postStart" || hook == "preStop" {
                    try readHosts(handler, "\(path).lifecycle.\(String(hook))", into: &container)
                }
            case 12 where key == "startupProbe", 13 where key == "livenessProbe", 14 where key == "readinessProbe":
                try readHosts(member, "\(path).\(String(key))", into: &container)
            case 15 where key == "securityContext":
                try TypedSecurityContextReader.read(container: member, into: &container.securityContext)
            default: break
            }
        }
    }

    private static func ports(_ list: JSONValue, _ path: String) throws(Failure) -> [PodContainer.Port] {
        var ports: [PodContainer.Port] = []
        for (index, element) in try StrictJSON.elements(list, path).enumerated() {
            var port = PodContainer.Port(path: "\(path)[\(index)]")
            for (key, value) in try StrictJSON.members(element, port.path) {
                switch key.count {
                case 8 where key == "hostPort":
                    port.hostPort = try StrictJSON.int32(value, "\(port.path).hostPort") ?? 0
                case 13 where key == "containerPort":
                    port.containerPort = try StrictJSON.int32(value, "\(port.path).containerPort") ?? 0
                default: break
                }
            }
            ports.append(port)
        }
        return ports
    }

    /// Reads the hosts that a handler connects to; without one it connects to the pod.
    private static func readHosts(
        _ handler: JSONValue,
        _ path: String,
        into container: inout PodContainer
    ) throws(Failure) {
        for (key, action) in try StrictJSON.members(handler, path) where key == "httpGet" || key == "tcpSocket" {
            let place = "\(path).\(String(key))"
            for (name, value) in try StrictJSON.members(action, place) where name == "host" {
                guard let host = try StrictJSON.string(value, "\(place).host"), !host.isEmpty else { continue }
                container.handlerHosts.append(Placed(host, at: "\(place).host"))
            }
        }
    }
}
