import Commands

@main
struct Main {
    static func main() {
        Face.run()
    }
}
