package import Deployments
internal import JSON

/// An admission review and the containers that it asks for: lent, as its document is.
///
/// Read as the audit log is read, so that the log and the gate agree: the same search for templates in whatever object
/// it is, the same exec, attach and binding. Of an update only what differs from what stands already is asked for.
package struct AdmissionReview {
    /// A container that is asked for, with where it stands.
    package struct Container {
        package var record: ContainerDeployment
        /// JSON pointer to it in the object; empty for what is no container of an object.
        var pointer = ""
    }

    package let request: AdmissionRequest
    /// What would run, one for each container; empty for what deploys nothing.
    package let containers: [Container]
    /// Whether the object is larger than what is searched, so that there may be containers that were not found.
    package let isCut: Bool
    /// Whether objects of that resource are known to deploy containers.
    package let isOfWorkload: Bool

    let object: JSONValue?
    /// What an update changes.
    let old: JSONValue?
    let reading: AdmissionReading

    init(_ root: JSONValue, at time: Timestamp?) throws(MalformedReview) {
        guard root.isObject else { throw MalformedReview("review", "it is no object") }
        guard let version = root["apiVersion"]?.text, version == "admission.k8s.io/v1" else {
            throw MalformedReview("apiVersion", "it is not admission.k8s.io/v1, the version that is read")
        }
        guard let kind = root["kind"]?.text, kind == "AdmissionReview" else {
            throw MalformedReview("kind", "it is not AdmissionReview")
        }
        guard let value = root["request"], value.isObject else {
            throw MalformedReview("request", "a review has one, and it is an object")
        }
        let members = try AdmissionMembers(value)
        let request = try AdmissionRequest(members)
        let object = try Self.object(members.object, "object")
        let old = try Self.object(members.oldObject, "oldObject")
        if object == nil, request.operation == .create || request.operation == .update {
            throw MalformedReview("request.object", "a review of \(request.operation.rawValue) has one")
        }
        var reading = AdmissionReading(request, members, at: time)
        reading.read(object, old)
        self.request = request
        self.object = object
        self.old = old
        self.reading = reading
        containers = reading.containers
        isCut = reading.isCut
        isOfWorkload = ResourceKind.isWorkload(request.resource.name, group: request.resource.group)
    }

    private static func object(_ value: JSONValue?, _ name: String) throws(MalformedReview) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        guard value.isObject else { throw MalformedReview("request.\(name)", "it is an object or null") }
        return value
    }

    /// The path in the object of what a field of a container's record was read from, as `kubectl` would write it:
    /// `spec.containers[1].securityContext.privileged`.
    ///
    /// - Parameter value: the value that is meant, where the field has several.
    package func path(of field: Field?, value: String?, in container: Container) -> String {
        FieldPath(object: object, container: JSONPointer.parts(of: container.pointer)).text(of: field, value: value)
    }
}
