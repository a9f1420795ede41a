// Jena ARQ behind HTTP for the tests: `java -cp … Arq.java PORT FILE` answers queries on the triples of FILE.

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryParseException;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.riot.RDFDataMgr;

class Arq {
    public static void main(String[] arguments) throws IOException {
        Model model = RDFDataMgr.loadModel(arguments[1]);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/sparql", exchange -> answer(exchange, model));
        server.start();
    }

    private static void answer(HttpExchange exchange, Model model) throws IOException {
        var output = new ByteArrayOutputStream();
        int status = 200;
        String type = "application/sparql-results+json";
        try (QueryExecution asked = QueryExecutionFactory.create(query(exchange), model)) {
            if (asked.getQuery().isAskType()) ResultSetFormatter.outputAsJSON(output, asked.execAsk());
            else if (asked.getQuery().isSelectType()) ResultSetFormatter.outputAsJSON(output, asked.execSelect());
            else {
                type = "application/n-triples";
                asked.execConstruct().write(output, "N-TRIPLES");
            }
        } catch (RuntimeException error) {
            status = error instanceof QueryParseException ? 400 : 500;
            type = "text/plain";
            output.reset();
            output.writeBytes(String.valueOf(error.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, output.size());
        output.writeTo(exchange.getResponseBody());
        exchange.close();
    }

    /** The parameter `query` of the address, or of a form that was posted. */
    private static String query(HttpExchange exchange) throws IOException {
        String form = exchange.getRequestURI().getRawQuery();
        if (exchange.getRequestMethod().equals("POST"))
            form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : form.split("&"))
            if (pair.startsWith("query=")) return URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8);
        return "";
    }
}
