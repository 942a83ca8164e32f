"""Resource-sharing gaps 资源共享缺口: what each need still lacks, and why."""
