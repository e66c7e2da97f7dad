import Deployments
import Testing

@Suite struct SecretsTests {
    @Test(arguments: [
        ("DB_PASSWORD=hunter2", "DB_PASSWORD=***"),
        ("DB_PASSWORD=a=b c", "DB_PASSWORD=*** c"),
        ("DB_PASSWORD=", "DB_PASSWORD="),
        ("PATH=/usr/bin TOKEN=x LANG=C", "PATH=/usr/bin TOKEN=*** LANG=C"),
        ("export AWS_SECRET_ACCESS_KEY='a b' && run", "export AWS_SECRET_ACCESS_KEY='***' && run"),
        ("mysql --password=x -h db", "mysql --password=*** -h db"),
        ("mysql --password x -h db", "mysql --password *** -h db"),
        ("curl -H 'X-Auth-Token: abc' h", "curl -H 'X-Auth-Token: ***' h"),
        ("curl -H \"Authorization: Bearer abc.def\" h", "curl -H \"Authorization: ***\" h"),
        ("curl https://me:pw@host/a:b@c", "curl https://me:***@host/a:b@c"),
        ("a?user=me&api_key=k&x=1", "a?user=me&api_key=***&x=1"),
        (#"{"Env":["DB_PASSWORD=x","A=b"]}"#, #"{"Env":["DB_PASSWORD=***","A=b"]}"#),
        (#"{"password": "a\"b", "x": 1}"#, #"{"password": "***", "x": 1}"#),
        (#"{"name":"DB_PASSWORD","value":"x"}"#, #"{"name":"DB_PASSWORD","value":"***"}"#),
        (#"{\"Env\":[\"TOKEN=x\"],\"token\":\"y\"}"#, #"{\"Env\":[\"TOKEN=***\"],\"token\":\"***\"}"#),
    ])
    func `the value of a secret-looking name is masked`(_ text: String, _ masked: String) {
        #expect(Secrets.mask(text) == masked)
    }

    @Test(arguments: [
        "", "plain words", "NAME=value a:b", "automountServiceAccountToken: true", "the password is written nowhere",
        "cat /run/secrets/kubernetes.io/serviceaccount/token", "https://host:8080/path@x", "echo token = x",
    ])
    func `what is no secret stays as it is`(_ text: String) {
        #expect(Secrets.mask(text) == text)
    }

    @Test func `masking twice is masking once`() {
        let once = Secrets.mask("TOKEN=x --secret y https://a:b@c")
        #expect(once == "TOKEN=*** --secret *** https://a:***@c")
        #expect(Secrets.mask(once) == once)
    }
}
