extension ContainerDeployment {
    /// Calls `visit` with each value of `field`, in order; not at all for one that is absent.
    public func visitValues(of field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .timestamp: event.timestamp.map { visit(.text($0.description)) }
        case .eventID: if !event.id.isEmpty { visit(.text(event.id)) }
        case .eventAction: visit(.text(event.action.rawValue))
        case .eventOutcome: visit(.text(event.outcome.rawValue))
        case .eventDataset: visit(.text(event.dataset.rawValue))
        case .eventReason: event.reason.map { visit(.text($0)) }
        case .eventOriginal: event.original.map { visit(.text($0)) }
        case .logFilePath: log.map { visit(.text($0.path)) }
        case .logOffset: log.map { visit(.integer(Int64($0.offset))) }
        case .userName, .userGroups, .userEffectiveName, .userNamespace, .userAgent, .sourceIP, .tlsClientSubject:
            visitActor(field, visit)
        case .httpMethod, .urlDomain, .urlPath, .urlQuery, .httpStatusCode: visitRequest(field, visit)
        case .route: visit(.text(route.rawValue))
        case .firstSeen: firstSeen.sorted().forEach { visit(.text($0.rawValue)) }
        case .visibility: visit(.text(visibility.rawValue))
        case .defects: defects.sorted().forEach { visit(.text($0.rawValue)) }
        case .containerID, .containerName, .containerRuntime, .containerLabels, .containerRole, .joins:
            visitContainer(field, visit)
        case .imageName, .imageTag, .imageHashes, .imageRegistry, .imagePublisher, .imageResembles, .imageReference,
            .imagePinned:
            visitImage(field, visit)
        case .processArgs, .commandLine, .workingDirectory, .environment: visitProcess(field, visit)
        case .normalizedCommands, .hookCommands, .hostCommands, .commandWrites:
            CommandReadings(of: self)?.visitValues(of: field, visit)
        case .hostPaths, .hostWritablePaths, .hostExposes, .hostWritableExposes, .hostDevices, .hostPorts,
            .hostNamespaces, .networkMode:
            visitHost(field, visit)
        case .privileged, .capabilitiesAdded, .capabilitiesDropped, .seccomp, .appArmor, .seLinux, .procMount,
            .allowPrivilegeEscalation, .readOnlyRoot, .runAsUser, .runAsRoot, .serviceAccount, .automountToken:
            visitSecurity(field, visit)
        case .hostName, .orchestratorType, .clusterName, .namespace, .resourceType, .resourceName, .resourceGroup,
            .parentType, .parentName, .nodeName, .nodeSelector, .tolerations, .replicas, .restartPolicy, .schedule:
            visitPlacement(field, visit)
        }
    }

    private func visitActor(_ field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .userName: actor.userName.map { visit(.text($0)) }
        case .userGroups: actor.groups.forEach { visit(.text($0)) }
        case .userEffectiveName: actor.effectiveName.map { visit(.text($0)) }
        case .userNamespace: actor.serviceAccountNamespace.map { visit(.text($0)) }
        case .userAgent: actor.userAgent.map { visit(.text($0)) }
        case .sourceIP: actor.sourceIP.map { visit(.text($0)) }
        default: actor.tlsClientSubject.map { visit(.text($0)) }
        }
    }

    private func visitRequest(_ field: Field, _ visit: (FieldValue) -> Void) {
        guard let http else { return }
        switch field {
        case .httpMethod: http.method.map { visit(.text($0)) }
        case .urlDomain: http.host.map { visit(.text($0)) }
        case .urlPath: http.path.map { visit(.text($0)) }
        case .urlQuery: http.query.map { visit(.text($0)) }
        default: http.statusCode.map { visit(.integer(Int64($0))) }
        }
    }

    private func visitContainer(_ field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .containerID: container.id.map { visit(.text($0)) }
        case .containerName: container.name.map { visit(.text($0)) }
        case .containerRuntime: container.runtime.map { visit(.text($0)) }
        case .containerLabels: container.labels.forEach { visit(.text($0)) }
        case .containerRole: container.role.map { visit(.text($0.rawValue)) }
        default: container.joins.forEach { visit(.text($0)) }
        }
    }

    private func visitImage(_ field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .imageReference: container.imageText.map { visit(.text($0)) }
        case .imageHashes: container.imageHashes.forEach { visit(.text($0)) }
        default:
            guard let image = container.image else { return }
            switch field {
            case .imageName: visit(.text(image.name))
            case .imageTag: image.tag.map { visit(.text($0)) }
            case .imageRegistry: visit(.text(image.registry))
            case .imagePublisher: visit(.text(image.publisher))
            case .imageResembles: image.resembledPublisher.map { visit(.text($0)) }
            default: visit(.boolean(image.isPinned))
            }
        }
    }

    private func visitProcess(_ field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .processArgs: process.args.forEach { visit(.text($0)) }
        case .commandLine: if !process.args.isEmpty { visit(.text(process.args.joined(separator: " "))) }
        case .workingDirectory: process.workingDirectory.map { visit(.text($0)) }
        default: process.environment.forEach { visit(.text($0)) }
        }
    }

    private func visitHost(_ field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .hostPaths: host.mounts.forEach { visit(.text($0.source.path)) }
        case .hostWritablePaths: for mount in host.mounts where !mount.isReadOnly { visit(.text(mount.source.path)) }
        case .hostExposes: host.exposes(onlyWritable: false).forEach { visit(.text($0.rawValue)) }
        case .hostWritableExposes: host.exposes(onlyWritable: true).forEach { visit(.text($0.rawValue)) }
        case .hostDevices: host.devices.forEach { visit(.text($0)) }
        case .hostPorts: host.ports.forEach { visit(.integer(Int64($0))) }
        case .hostNamespaces:
            for namespace in HostNamespace.allCases where host.namespaces.contains(namespace) {
                visit(.text(namespace.rawValue))
            }
        default: host.networkMode.map { visit(.text($0)) }
        }
    }

    private func visitSecurity(_ field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .privileged: security.privileged.map { visit(.boolean($0)) }
        case .capabilitiesAdded: security.capabilitiesAdded.forEach { visit(.text($0.name)) }
        case .capabilitiesDropped: security.capabilitiesDropped.forEach { visit(.text($0.name)) }
        case .seccomp: security.seccomp.map { visit(.text($0)) }
        case .appArmor: security.appArmor.map { visit(.text($0)) }
        case .seLinux: security.seLinux.map { visit(.text($0)) }
        case .procMount: security.procMount.map { visit(.text($0)) }
        case .allowPrivilegeEscalation: security.allowPrivilegeEscalation.map { visit(.boolean($0)) }
        case .readOnlyRoot: security.readOnlyRoot.map { visit(.boolean($0)) }
        case .runAsUser: security.runAsUser.map { visit(.text($0)) }
        case .runAsRoot: security.runAsRoot.map { visit(.boolean($0)) }
        case .serviceAccount: security.serviceAccount.map { visit(.text($0)) }
        default: security.automountToken.map { visit(.boolean($0)) }
        }
    }

    private func visitPlacement(_ field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .hostName: placement.hostName.map { visit(.text($0)) }
        case .orchestratorType: placement.orchestratorType.map { visit(.text($0)) }
        case .clusterName: placement.clusterName.map { visit(.text($0)) }
        case .namespace: placement.namespace.map { visit(.text($0)) }
        case .resourceType: placement.resourceType.map { visit(.text($0)) }
        case .resourceName: placement.resourceName.map { visit(.text($0)) }
        case .resourceGroup: placement.resourceGroup.map { visit(.text($0)) }
        case .parentType: placement.parentType.map { visit(.text($0)) }
        case .parentName: placement.parentName.map { visit(.text($0)) }
        case .nodeName: placement.nodeName.map { visit(.text($0)) }
        case .nodeSelector: placement.nodeSelector.forEach { visit(.text($0)) }
        case .tolerations: placement.tolerations.forEach { visit(.text($0)) }
        case .replicas: placement.replicas.map { visit(.integer(Int64($0))) }
        case .restartPolicy: placement.restartPolicy.map { visit(.text($0)) }
        default: placement.schedule.map { visit(.text($0)) }
        }
    }
}

extension HostAccess {
    /// The sensitive places within reach of the mounts, each once.
    func exposes(onlyWritable: Bool) -> [SensitivePlace] {
        guard !mounts.isEmpty else { return [] }
        return SensitivePlace.allCases.filter { place in
            mounts.contains { mount in
                guard !(onlyWritable && mount.isReadOnly) else { return false }
                // What is put where clients look for a runtime's socket is one, whatever it is called on the host.
                return place.isExposed(by: mount.source)
                    || place == .runtimeSocket && HostPath(mount.target).isRuntimeSocket
            }
        }
    }
}
