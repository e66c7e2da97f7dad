/// One minute of a Docker Engine 20.10.24: its debug log, its events, and the log of an HAProxy 2.6 before it.
///
/// Bodies are cut down to what was asked for. The proxy's lines are told as captured requests, from an address that
/// stands for the client's: the shell that made them was on the same host.
enum RecordedEngine {
    static let log = #"""
        time="2026-11-30T07:21:30.690377641Z" level=debug msg="Calling POST /v1.41/containers/create?name=web"
        time="2026-11-30T07:21:30.690639909Z" level=debug msg="form data: {\"Cmd\":[\"sleep\",\"1000\"],\"Env\":[\"A=b\"],\"Image\":\"busybox\"}"
        time="2026-11-30T07:21:30.767418982Z" level=debug msg="container mounted via layerStore: &{/m}" container=86085635707e9d6e106ef45b622f4582292c2f26b1885fe56317bd6c3e698390
        time="2026-11-30T07:21:30.839605101Z" level=debug msg="Calling POST /v1.41/containers/create"
        time="2026-11-30T07:21:30.839785207Z" level=debug msg="form data: {\"Cmd\":[\"true\"],\"HostConfig\":{\"AutoRemove\":true},\"Image\":\"busybox\"}"
        time="2026-11-30T07:21:30.879641215Z" level=debug msg="container mounted via layerStore: &{/m}" container=edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63
        time="2026-11-30T07:21:30.905766872Z" level=debug msg="Calling POST /v1.41/containers/edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63/attach?stderr=1&stdout=1&stream=1"
        time="2026-11-30T07:21:31.155099396Z" level=debug msg="Calling POST /v1.41/containers/edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63/start"
        time="2026-11-30T07:21:31.163005321Z" level=debug msg="container mounted via layerStore: &{/m}" container=edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63
        time="2026-11-30T07:21:32.529995039Z" level=debug msg="Calling POST /v1.41/containers/create"
        time="2026-11-30T07:21:32.530283826Z" level=debug msg="form data: {\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"Binds\":[\"/srv/lab:/h:ro\"],\"PidMode\":\"host\"},\"Image\":\"alpine:3.10\"}"
        time="2026-11-30T07:21:32.571869543Z" level=debug msg="container mounted via layerStore: &{/m}" container=90101206423ae699f614a21e80e4554419ecf9471e56aae2e7f8183e8e1fd60b
        time="2026-11-30T07:21:32.855495891Z" level=debug msg="Calling POST /v1.41/containers/90101206423ae699f614a21e80e4554419ecf9471e56aae2e7f8183e8e1fd60b/start"
        time="2026-11-30T07:21:32.856644170Z" level=debug msg="container mounted via layerStore: &{/m}" container=90101206423ae699f614a21e80e4554419ecf9471e56aae2e7f8183e8e1fd60b
        time="2026-11-30T07:21:33.634889139Z" level=debug msg="Calling POST /v1.41/containers/90101206423a/exec"
        time="2026-11-30T07:21:33.634998090Z" level=debug msg="form data: {\"Cmd\":[\"id\"]}"
        time="2026-11-30T07:21:33.647097248Z" level=debug msg="Calling POST /v1.41/exec/ae7f82e0e14d5cbd38504b1a23895560525771e62ac177802df8a1c2c5ae46b0/start"
        time="2026-11-30T07:21:33.647217456Z" level=debug msg="form data: {}"
        time="2026-11-30T07:21:33.775039456Z" level=debug msg="Calling DELETE /v1.41/containers/web?force=1"
        time="2026-11-30T07:21:34.102108688Z" level=debug msg="Calling POST /v1.41/containers/create?name=web"
        time="2026-11-30T07:21:34.102277578Z" level=debug msg="form data: {\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"Privileged\":true},\"Image\":\"busybox\"}"
        time="2026-11-30T07:21:34.167470376Z" level=debug msg="container mounted via layerStore: &{/m}" container=a44065cbb9a1d1091100bd9a997d2f700c630092e7096df94f13fa9631563e27
        time="2026-11-30T07:21:34.296617927Z" level=debug msg="Calling POST /v1.41/containers/web/start"
        time="2026-11-30T07:21:34.297685326Z" level=debug msg="container mounted via layerStore: &{/m}" container=a44065cbb9a1d1091100bd9a997d2f700c630092e7096df94f13fa9631563e27
        time="2026-11-30T07:21:35.263753929Z" level=error msg="Handler for POST /v1.41/containers/web/start returned error: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply caps: operation not permitted: unknown"
        time="2026-11-30T07:21:35.471978201Z" level=debug msg="Calling POST /v1.41/containers/create?name=web"
        time="2026-11-30T07:21:35.472328199Z" level=debug msg="form data: {\"Cmd\":[\"true\"],\"Image\":\"busybox\"}"
        time="2026-11-30T07:21:35.662089339Z" level=debug msg="Calling POST /v1.41/containers/create?name=missing"
        time="2026-11-30T07:21:35.683292895Z" level=debug msg="form data: {\"Cmd\":[\"true\"],\"Image\":\"nosuch:1\"}"
        time="2026-11-30T07:21:35.685343198Z" level=debug msg="Calling POST /v1.41/images/create?fromImage=docker.io%2Flibrary%2Fnosuch&tag=1"
        time="2026-11-30T07:21:35.695698241Z" level=error msg="Handler for POST /v1.41/images/create returned error: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on 10.255.255.53:53: dial udp 10.255.255.53:53: connect: network is unreachable"
        time="2026-11-30T07:21:35.876953429Z" level=debug msg="Calling POST /v1.41/containers/web/restart?t=0"
        time="2026-11-30T07:21:35.877761173Z" level=debug msg="container mounted via layerStore: &{/m}" container=a44065cbb9a1d1091100bd9a997d2f700c630092e7096df94f13fa9631563e27
        time="2026-11-30T07:21:35.877794042Z" level=debug msg="container mounted via layerStore: &{/m}" container=a44065cbb9a1d1091100bd9a997d2f700c630092e7096df94f13fa9631563e27
        time="2026-11-30T07:21:36.680240186Z" level=error msg="Handler for POST /v1.41/containers/web/restart returned error: Cannot restart container web: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply caps: operation not permitted: unknown"
        time="2026-11-30T07:21:36.846203643Z" level=debug msg="Calling POST /v1.41/containers/web/update"
        time="2026-11-30T07:21:36.846347946Z" level=debug msg="form data: {\"Memory\":67108864}"
        time="2026-11-30T07:21:37.025956488Z" level=debug msg="Calling POST /v1.41/containers/web/exec"
        time="2026-11-30T07:21:37.063210087Z" level=debug msg="form data: {\"Cmd\":[\"sh\",\"-c\",\"echo a\"]}"
        """#

    static let events = #"""
        {"Type":"container","Action":"create","Actor":{"ID":"86085635707e9d6e106ef45b622f4582292c2f26b1885fe56317bd6c3e698390","Attributes":{"image":"busybox","name":"web"}},"timeNano":1796023290804032834}
        {"Type":"container","Action":"create","Actor":{"ID":"edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63","Attributes":{"image":"busybox","name":"admiring_kilby"}},"timeNano":1796023290903506919}
        {"Type":"container","Action":"attach","Actor":{"ID":"edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63","Attributes":{"image":"busybox","name":"admiring_kilby"}},"timeNano":1796023290906253222}
        {"Type":"container","Action":"start","Actor":{"ID":"edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63","Attributes":{"image":"busybox","name":"admiring_kilby"}},"timeNano":1796023291846859063}
        {"Type":"container","Action":"create","Actor":{"ID":"90101206423ae699f614a21e80e4554419ecf9471e56aae2e7f8183e8e1fd60b","Attributes":{"image":"alpine:3.10","name":"competent_babbage"}},"timeNano":1796023292615112832}
        {"Type":"container","Action":"start","Actor":{"ID":"90101206423ae699f614a21e80e4554419ecf9471e56aae2e7f8183e8e1fd60b","Attributes":{"image":"alpine:3.10","name":"competent_babbage"}},"timeNano":1796023293439375409}
        {"Type":"container","Action":"exec_create: id ","Actor":{"ID":"90101206423ae699f614a21e80e4554419ecf9471e56aae2e7f8183e8e1fd60b","Attributes":{"execID":"ae7f82e0e14d5cbd38504b1a23895560525771e62ac177802df8a1c2c5ae46b0","image":"alpine:3.10","name":"competent_babbage"}},"timeNano":1796023293635084418}
        {"Type":"container","Action":"create","Actor":{"ID":"a44065cbb9a1d1091100bd9a997d2f700c630092e7096df94f13fa9631563e27","Attributes":{"image":"busybox","name":"web"}},"timeNano":1796023294206097146}
        """#

    static let requests = #"""
        {"time":"2026-11-30T07:21:30.690000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/create?name=web","status":201}
        {"time":"2026-11-30T07:21:30.839000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/create","status":201}
        {"time":"2026-11-30T07:21:31.149000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63/start","status":204}
        {"time":"2026-11-30T07:21:30.905000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/edc102a5eb1fe8d76b26e24ff9a1e8e753d1896e59b084e44b1f2cd1a1668a63/attach?stderr=1&stdout=1&stream=1","status":101}
        {"time":"2026-11-30T07:21:32.529000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/create","status":201}
        {"time":"2026-11-30T07:21:32.854000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/90101206423ae699f614a21e80e4554419ecf9471e56aae2e7f8183e8e1fd60b/start","status":204}
        {"time":"2026-11-30T07:21:33.630000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/90101206423a/exec","status":201}
        {"time":"2026-11-30T07:21:33.639000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/exec/ae7f82e0e14d5cbd38504b1a23895560525771e62ac177802df8a1c2c5ae46b0/start","status":200}
        {"time":"2026-11-30T07:21:34.096000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/create?name=web","status":201}
        {"time":"2026-11-30T07:21:34.295000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/web/start","status":500}
        {"time":"2026-11-30T07:21:35.471000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/create?name=web","status":409}
        {"time":"2026-11-30T07:21:35.661000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/create?name=missing","status":404}
        {"time":"2026-11-30T07:21:35.684000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/images/create?fromImage=docker.io%2Flibrary%2Fnosuch&tag=1","status":500}
        {"time":"2026-11-30T07:21:35.876000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/web/restart?t=0","status":500}
        {"time":"2026-11-30T07:21:36.845000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/web/update","status":409}
        {"time":"2026-11-30T07:21:37.024000Z","source_ip":"198.51.100.23","app":"docker","method":"POST","target":"/v1.41/containers/web/exec","status":409}
        """#
}
