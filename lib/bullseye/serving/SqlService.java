package org.apache.hive.service.cli.thrift;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hive.service.CompositeService;
import org.apache.hive.service.cli.CLIService;
import org.apache.hive.service.cli.SessionHandle;
import org.apache.hive.service.rpc.thrift.*;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.command.SetCommand;
import org.apache.spark.sql.hive.HiveUtils$;
import org.apache.spark.sql.hive.thriftserver.HiveThriftServer2;
import org.apache.spark.sql.hive.thriftserver.HiveThriftServer2$;
import org.apache.spark.sql.hive.thriftserver.server.SparkSQLOperationManager;
import org.apache.thrift.TException;

/**
 * What Spark's Thrift Server is asked, before Spark sees it: a statement that is not allowed is answered here, and
 * settings of clients are dropped. Each request is answered from the views that are shown at its start.
 */
public class BullseyeSqlService extends ThriftBinaryCLIService {
    private static final String ALLOWED = "Bullseye's SQL server answers SELECT, SHOW, DESCRIBE, EXPLAIN and USE on released views: ";
    private static final String NO_SETTINGS = "SELECT '' AS key, '' AS value WHERE false";
    private final HiveThriftServer2 server;
    private final BullseyeStatementCheck check;
    private volatile SparkSession views;

    private BullseyeSqlService(CLIService service, HiveThriftServer2 server, BullseyeStatementCheck check, SparkSession views) {
        super(service);
        this.server = server;
        this.check = check;
        this.views = views;
    }

    /** Does what HiveThriftServer2.startWithSparkSession does, with this service in the place of the one without a check. */
    public static BullseyeSqlService open(SparkSession views, BullseyeStatementCheck check) throws Exception {
        SparkContext context = views.sparkContext();
        HiveThriftServer2$.MODULE$.systemExitOnError().set(false);
        HiveConf conf = HiveUtils$.MODULE$.newClientForExecution(context.conf(), views.sessionState().newHadoopConf()).conf();
        HiveThriftServer2 server = new HiveThriftServer2(views);
        server.init(conf);
        Field field = CompositeService.class.getDeclaredField("serviceList");
        field.setAccessible(true);
        List services = (List) field.get(server);
        BullseyeSqlService checked = null;
        for (int i = 0; i < services.size(); i++) {
            if (services.get(i) instanceof ThriftCLIService) {
                checked = new BullseyeSqlService(((ThriftCLIService) services.get(i)).cliService, server, check, views);
                checked.init(conf);
                services.set(i, checked);
            }
        }
        server.start();
        Method listen = HiveThriftServer2$.class.getDeclaredMethod(
            "createListenerAndUI", new Class[] {HiveThriftServer2.class, SparkContext.class});
        listen.setAccessible(true);
        listen.invoke(HiveThriftServer2$.MODULE$, new Object[] {server, context});
        return checked;
    }

    public void end() {
        this.server.stop();
    }

    /** Answers what is asked from now on from the catalog of this session; what runs goes on with the old one. */
    public void show(SparkSession views) {
        this.views = views;
    }

    public TOpenSessionResp OpenSession(TOpenSessionReq req) throws TException {
        Object asked = req.getConfiguration() == null ? null : req.getConfiguration().get("use:database");
        String database = asked == null ? "default" : (String) asked;
        if (!this.check.isDatabase(database)) {
            return new TOpenSessionResp(error("there is no database `" + database + "`; choose gold or ops", "42000"), req.getClient_protocol());
        }
        // The rest would become settings of the session, properties of this process, or another user.
        req.setConfiguration(new HashMap());
        TOpenSessionResp resp = super.OpenSession(req);
        if (resp.getSessionHandle() != null) {
            this.sessions().put(new SessionHandle(resp.getSessionHandle()), this.on(database));
        }
        return resp;
    }

    public TExecuteStatementResp ExecuteStatement(TExecuteStatementReq req) throws TException {
        SparkSession session = this.current(req.getSessionHandle());
        req.setConfOverlay(new HashMap());
        if (session != null) {
            TStatus refused = this.checked(session, req);
            if (refused != null) {
                return new TExecuteStatementResp(refused);
            }
        }
        TExecuteStatementResp resp = super.ExecuteStatement(req);
        resp.setStatus(withoutStack(resp.getStatus()));
        return resp;
    }

    public TGetOperationStatusResp GetOperationStatus(TGetOperationStatusReq req) throws TException {
        TGetOperationStatusResp resp = super.GetOperationStatus(req);
        if (resp.isSetErrorMessage()) {
            resp.setErrorMessage(withoutStack(resp.getErrorMessage()));
        }
        return resp;
    }

    private TStatus checked(SparkSession session, TExecuteStatementReq req) {
        LogicalPlan plan;
        try {
            org.apache.spark.sql.classic.SparkSession$.MODULE$.setActiveSession(session);
            plan = session.sessionState().sqlParser().parsePlan(req.getStatement());
        } catch (Throwable e) {
            // The parser throws ParseException without declaring it, and runs out of stack on thousands of brackets.
            return error(String.valueOf(e.getMessage()), e instanceof SparkThrowable ? ((SparkThrowable) e).getSqlState() : "42000");
        } finally {
            org.apache.spark.sql.classic.SparkSession$.MODULE$.clearActiveSession();
        }
        if (plan instanceof SetCommand) {
            req.setStatement(NO_SETTINGS);
            return null;
        }
        String refusal = this.check.refusal(plan);
        if (refusal == null) {
            return null;
        }
        org.slf4j.LoggerFactory.getLogger("bullseye.SqlService").warn("a statement was refused: {} allowed", refusal);
        return error(ALLOWED + refusal + " allowed", "42000");
    }

    public TGetSchemasResp GetSchemas(TGetSchemasReq req) throws TException {
        this.current(req.getSessionHandle());
        return super.GetSchemas(req);
    }

    public TGetTablesResp GetTables(TGetTablesReq req) throws TException {
        this.current(req.getSessionHandle());
        return super.GetTables(req);
    }

    public TGetColumnsResp GetColumns(TGetColumnsReq req) throws TException {
        this.current(req.getSessionHandle());
        return super.GetColumns(req);
    }

    /** The client's session on the views that are shown now, in its database; null for a handle that nobody has. */
    private synchronized SparkSession current(TSessionHandle handle) {
        SessionHandle key = new SessionHandle(handle);
        SparkSession held = (SparkSession) this.sessions().get(key);
        if (held == null || held.sharedState() == this.views.sharedState()) {
            return held;
        }
        SparkSession next = this.on(held.sessionState().catalog().getCurrentDatabase());
        this.sessions().put(key, next);
        return next;
    }

    private SparkSession on(String database) {
        SparkSession session = (SparkSession) this.views.newSession();
        session.sessionState().catalog().setCurrentDatabase(database);
        return session;
    }

    private Map sessions() {
        return ((SparkSQLOperationManager) this.cliService.getSessionManager().getOperationManager()).sessionToContexts();
    }

    private static TStatus withoutStack(TStatus status) {
        status.unsetInfoMessages();
        if (status.isSetErrorMessage()) {
            status.setErrorMessage(withoutStack(status.getErrorMessage()));
        }
        return status;
    }

    private static String withoutStack(String message) {
        int stack = message.indexOf("\n\tat ");
        return stack < 0 ? message : message.substring(0, stack);
    }

    private static TStatus error(String message, String state) {
        TStatus status = new TStatus(TStatusCode.ERROR_STATUS);
        status.setErrorMessage(message);
        status.setSqlState(state);
        return status;
    }
}
