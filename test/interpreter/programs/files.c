/* Files in memory, formatted input, mappings, aligned memory, wide characters, signals, the calendar. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <unistd.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <wchar.h>
#include <signal.h>
#include <time.h>
#include <malloc.h>
static int got;
static void handler(int n) { got += n; }
int main(void)
{
	char buf[64], word[20];
	int a, b, n;
	unsigned x;
	long l;
	double d;
	float f;
	char c;
	short h;
	signed char hh;
	FILE *f1 = fopen("/tmp/smplab-nothing-here", "r");
	printf("%d %d\n", f1 == NULL, errno == ENOENT);
	FILE *t = tmpfile();
	fprintf(t, "line one\nline two %d\nthird", 42);
	printf("%ld\n", ftell(t));
	rewind(t);
	while (fgets(buf, sizeof buf, t)) printf("[%s]", buf);
	printf("\n%d %d\n", feof(t) != 0, ferror(t));
	fseek(t, 5, SEEK_SET);
	fputs("ONE", t);
	fseek(t, -5, SEEK_END);
	printf("%c", getc(t));
	ungetc(81, t);
	printf("%c", fgetc(t));
	printf("%c\n", fgetc(t));
	rewind(t); n = fread(buf, 1, 10, t); buf[n] = 0; printf("%d %s\n", n, buf);
	fclose(t);
	char name[] = "/tmp/smplabXXXXXX";
	int fd = mkstemp(name);
	printf("%d\n", fd >= 0);
	printf("%zd\n", write(fd, "hello world\n", 12));
	printf("%ld\n", (long)lseek(fd, 6, SEEK_SET));
	n = read(fd, buf, 5); buf[n] = 0; printf("%s\n", buf);
	close(fd);
	f1 = fopen(name, "a+"); fprintf(f1, "12 abc 3.5 0x1f -7"); rewind(f1);
	n = fscanf(f1, "%s %s %d %3s %lf %x %hd", buf, word, &a, word + 8, &d, &x, &h);
	printf("%d %s %s %d %s %g %u %d\n", n, buf, word, a, word + 8, d, x, h);
	fclose(f1);
	printf("%d\n", rename(name, "/tmp/smplab-other"));
	printf("%d\n", remove(name));
	printf("%d\n", remove("/tmp/smplab-other"));
	n = sscanf("10 0x10 010 zz", "%i %i %i %d", &a, &b, (int *)&x, &n);
	printf("%d %d %d %u\n", n, a, b, x);
	n = sscanf("abc:def", "%[^:]:%s", buf, word); printf("%d %s %s\n", n, buf, word);
	n = sscanf("5%", "%d%%%n", &a, &b); printf("%d %d %d\n", n, a, b);
	n = sscanf("1e5x", "%f%c", &f, &c); printf("%d %g %c\n", n, f, c);
	n = sscanf("", "%d", &a); printf("%d\n", n);
	n = sscanf("  x", "%c%c%c", buf, buf+1, buf+2); printf("%d [%.3s]\n", n, buf);
	n = sscanf("300 -1 99999999999", "%hhd %hu %ld", &hh, (unsigned short *)&h, &l);
	printf("%d %d %d %ld\n", n, hh, h, l);
	n = sscanf("123456", "%2d%3d%*d", &a, &b); printf("%d %d %d\n", n, a, b);
	n = sscanf("x12", "%d", &a); printf("%d\n", n);
	n = sscanf("- 5", "%d", &a); printf("%d\n", n);
	n = sscanf("a-z]q", "%[]a-z-]%c", buf, &c); printf("%d %s %c\n", n, buf, c);
	char *p = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("%d %d %d\n", p != MAP_FAILED, ((unsigned long)p & 4095) == 0, p[9999]); p[9999] = 4;
	printf("%d\n", munmap(p, 10000));
	p = aligned_alloc(256, 512); printf("%d\n", ((unsigned long)p & 255) == 0); free(p);
	p = aligned_alloc(64, 640);
	printf("%d\n", ((unsigned long)p & 63) == 0);
	memset(p, 0, 640);
	free(p);
	wchar_t w[20];
	wcscpy(w, L"wide");
	wcscat(w, L" chars");
	printf("%zu %d %ls %lc\n", wcslen(w), wcscmp(w, L"wide"), w, L'x');
	printf("%zu\n", mbstowcs(w, "abc", 20)); 
	signal(SIGUSR1, handler); raise(SIGUSR1); raise(SIGUSR1); printf("%d\n", got);
	signal(SIGUSR1, SIG_IGN); raise(SIGUSR1); printf("%d\n", got);
	time_t tt = 951782400 + 86399;
	struct tm tm = *gmtime(&tt);
	printf("%d-%d-%d %d:%d:%d %d %d\n", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, tm.tm_wday, tm.tm_yday);
	tt = -1;
	tm = *gmtime(&tt);
	printf("%d-%d-%d %d:%d:%d %d %d\n", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, tm.tm_wday, tm.tm_yday);
	errno = ENOENT; printf("%s|%s\n", strerror(ERANGE), strerror(12345));
	printf("%d\n", fprintf(stdin, "x") < 0);
	return 0;
}
