/// Registries and plugins: moby's `api/types/registry` and `api/types/plugin`.
enum RegistryTypes {
    static let auth = BodyObject([
        ("username", .string), ("password", .string), ("auth", .string), ("email", .string),
        ("serveraddress", .string), ("identitytoken", .string), ("registrytoken", .string),
    ])
    static let pluginPrivilege = BodyObject([("Name", .string), ("Description", .string), ("Value", .strings)])
}
